import type { ParameterUse } from '@insula/contract';
import { beforeAll, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12'] });
const mebibyte = 2 ** 20;

beforeAll(async () => {
  const parameters = { physpages: 200 * mebibyte, swappages: 0, numproc: 300, cpulimit: 100, numinotify: 40 };
  await node.create({ name: 'bomb', start: true, parameters: { ...parameters, numwatch: 3000, numpty: 10 } });
  await node.create({ name: 'near', start: true, parameters: { physpages: 200 * mebibyte, numproc: 300 } });
  await node.wait('bomb');
  await node.wait('near');
});

async function held(ve: string, parameter: string): Promise<ParameterUse> {
  const all = await node.api.get<readonly ParameterUse[]>(`/v1/ves/${ve}/limits`);
  const found = all.find((row) => row.parameter === parameter);
  if (found === undefined) throw new Error(`no ${parameter}`);
  return found;
}

/** Makes inotify instances (inotify_init1, 294 on x86_64) until the kernel refuses, says how many, and keeps them for a while. */
const instances = (most: number, seconds: number) =>
  `perl -e '$| = 1; for (1..${most}) { $fd = syscall(294, 0); last if $fd < 0; $n++ } print "made $n\\n"; sleep ${seconds}'`;

test('inotify instances of one VE run out in it alone', async ({ skip }) => {
  skip(process.arch !== 'x64', 'the number of the call is that of x86_64');
  const stream = await node.openExec('bomb', { command: ['sh', '-c', instances(500, 300)] });
  const made = await eventually(
    'the bomb has all that it gets',
    () => /made (\d+)/.exec(stream.output.toString())?.[1],
  );
  expect(Number(made)).toBeLessThanOrEqual(40);
  expect(await node.inside('near', instances(5, 0))).toBe('made 5');
  await node.exec('bomb', ['pkill', 'perl']);
  await stream.closed;
});

test('limits change while they are reached: higher ones help at once, lower ones end nobody', async () => {
  await node.inside('bomb', 'dd if=/dev/zero of=/dev/shm/held bs=1M count=120 2>/dev/null');
  const { init } = await node.status('bomb');
  const lower = await node.insula(['set', 'bomb', '--ram', '64M']);
  expect(lower.code).toBe(2);
  expect(lower.stderr).toContain('physpages');
  expect(await node.inside('bomb', 'stat -c %s /dev/shm/held')).toBe(String(120 * mebibyte));
  expect((await held('bomb', 'physpages')).limit).toBe(200 * mebibyte);
  expect(await node.insula(['set', 'bomb', '--ram', '400M'])).toMatchObject({ code: 0 });
  expect(await node.inside('bomb', 'head -c 150000000 /dev/zero | tail -c 150000000 | wc -c')).toBe(
    '150000000',
  );
  await node.inside('bomb', 'rm /dev/shm/held');
  expect(await node.insula(['set', 'bomb', '--ram', '64M'])).toMatchObject({ code: 0 });
  expect(await node.status('bomb')).toMatchObject({ state: 'running', init });
});
