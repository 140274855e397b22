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

/**
 * Something in the VE that wants all there is of one resource; its neighbour has what it needs meanwhile. The VE starts anew after
 * it: a bomb that holds memory or processes leaves no room for the next.
 */
async function explode(bomb: string, refused: () => Promise<boolean>): Promise<void> {
  const near = await node.status('near');
  const failed = (await held('near', 'physpages')).failcnt;
  const stream = await node.openExec('bomb', { command: ['sh', '-c', `${bomb} 2>/dev/null`] });
  await eventually('it was refused', refused);
  expect(await node.inside('near', 'head -c 50000000 /dev/zero | tail -c 50000000 | wc -c')).toBe('50000000');
  expect(await node.inside('near', 'for i in $(seq 50); do /bin/true || exit 1; done; echo all')).toBe('all');
  expect(
    await node.inside(
      'near',
      'exec 3</dev/null && echo > /dev/shm/mine && script -qc true /dev/null && cat /dev/shm/mine',
    ),
  ).toBe('');
  expect((await held('near', 'physpages')).failcnt).toBe(failed);
  expect((await node.status('near')).init).toEqual(near.init);
  await node.act('kill', 'bomb');
  await stream.closed;
  await node.act('start', 'bomb');
  await node.wait('bomb');
}

const refusals = (parameter: string) => async (): Promise<boolean> =>
  ((await held('bomb', parameter)).failcnt ?? 0) > 0;

test.for([
  ['forks', 'b() { b | b & }; b; sleep 600', refusals('numproc')],
  [
    'threads',
    `perl -Mthreads -e 'threads->create(sub { sleep 600 }) while 1'; sleep 600`,
    refusals('numproc'),
  ],
  ['memory', 'while :; do head -c 400000000 /dev/zero | tail -c 400000000; done', refusals('physpages')],
  ['shared memory', 'while :; do dd if=/dev/zero of=/dev/shm/x bs=1M count=500; done', refusals('physpages')],
] as const)('a bomb of %s hits the VE that it is in', async ([, bomb, refused]) => {
  await explode(bomb, refused);
});

test('open files and terminals run out in the VE that wants them all', async () => {
  const files = `perl -e 'while (open(my $f, "<", "/dev/null")) { push @f, $f } print scalar(@f), "\\n"'`;
  const most = Number(await node.inside('bomb', 'ulimit -Hn'));
  expect(Number(await node.inside('bomb', `ulimit -n ${most}; ${files}`))).toBeLessThan(most);
  const terminals = `perl -e 'while (open(my $f, "+<", "/dev/ptmx")) { push @f, $f } print scalar(@f), "\\n"'`;
  expect(Number(await node.inside('bomb', terminals))).toBeLessThanOrEqual(10);
  expect(await node.inside('near', terminals)).not.toBe('0');
});

test('a cache of names and pages of one VE takes nothing that its neighbour needs', async () => {
  const names = `mkdir -p /root/names && perl -e 'for (1..200_000) { stat "/root/names/absent-$_" }'`;
  const pages = 'dd if=/dev/zero of=/root/pages bs=1M count=400 2>/dev/null && cat /root/pages | wc -c';
  expect(await node.inside('bomb', `${names} && ${pages} && rm -r /root/names /root/pages`)).toBe(
    '419430400',
  );
  expect((await held('bomb', 'physpages')).held).toBeLessThanOrEqual(200 * mebibyte);
  expect((await held('near', 'physpages')).failcnt).toBe(0);
});

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
