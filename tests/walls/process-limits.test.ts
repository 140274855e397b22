import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, groupsNamed, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });
const megabyte = 1_048_576;

beforeAll(async () => {
  await node.create({ name: 'd1', start: true });
  await node.wait('d1');
});

/** What a control file of the VE's own group says, on a host of either kind. */
async function control(ve: string, ...names: readonly string[]): Promise<string> {
  const { ctid } = await node.show(ve);
  for (const group of groupsNamed(node.config.cgroupParent)) {
    for (const name of names) {
      try {
        return readFileSync(`${group}/ve/${ctid}/${name}`, 'utf8').trim();
      } catch {
        // another hierarchy has it
      }
    }
  }
  throw new Error(`no ${names.join(' or ')} of ${ve}`);
}

describe('a VE that is full of processes', () => {
  test('makes no more, and can still be entered', async () => {
    await node.api.perform('PATCH', '/v1/ves/d1', { parameters: { numproc: 60 } });
    const { stdout, stderr } = await node.exec(
      'd1',
      'for i in $(seq 200); do sleep 300 >/dev/null 2>&1 & done; echo all',
    );
    expect(`${stdout}${stderr}`).toMatch(/Cannot fork|Resource temporarily unavailable|retry/i);
    expect(stdout).toBe('');
    // the full VE can still be entered, which is what its administrator needs then
    expect(await node.exec('d1', ['pkill', '-9', 'sleep'])).toMatchObject({ code: 0 });
  });

  test('disturbs no other, and can be killed', async () => {
    await node.create({ name: 'bomb', template: 'busybox', parameters: { numproc: 100 }, start: true });
    await node.wait('bomb');
    const bomb = await node.openExec('bomb', { command: ['sh', '-c', 'b() { b | b & }; b; sleep 100'] });
    await eventually('the limit is reached', async () => Number(await control('bomb', 'pids.current')) >= 95);
    expect(await node.inside('d1', 'echo elsewhere')).toBe('elsewhere');
    await node.act('kill', 'bomb');
    expect(await node.status('bomb')).toMatchObject({ state: 'stopped' });
    await bomb.closed;
    await node.destroy('bomb');
  });
});

test('amounts with units are understood on the command line under both names', async () => {
  const set = await node.insula(['set', 'd1', '--ram', '96M', '--cpulimit', '150%']);
  expect(set).toMatchObject({ code: 0 });
  expect((await node.show('d1')).parameters).toMatchObject({ physpages: 96 * megabyte, cpulimit: 150 });
  const wrong = await node.insula(['set', 'd1', '--ram', '96 elephants']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('96 elephants');
});
