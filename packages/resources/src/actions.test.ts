import type { CgroupLayout, Host } from '@insula/host';
import { expect, test } from 'vitest';
import { resourceActions } from './actions.ts';

const context = {
  operationId: 'op',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};

/** Control groups of which only the controllers and what is written matter; writes to `refusing` fail. */
function groups(layout: CgroupLayout, controllers: readonly string[], refusing?: string) {
  const written: string[] = [];
  const cgroups = {
    describe: async () => ({ layout, unifiedRoot: null, legacyRoots: {}, controllers }),
    write: async (controller: string, path: string, file: string, value: string) => {
      written.push(`${controller} ${path}/${file} = ${value}`);
      if (file === refusing) throw new Error(`${file} refused`);
    },
  } as Pick<Host['cgroups'], 'describe' | 'write'> as Host['cgroups'];
  return { written, applyLimits: resourceActions({ cgroups })['apply-limits'] };
}

const all = ['cpu', 'memory', 'pids'];

test('a new group gets every limit', async () => {
  const { written, applyLimits } = groups('v2', all);
  await applyLimits.do({ cgroup: 'insula/ve/101', values: { numproc: 400 }, previous: null }, context);
  expect(written).toEqual([
    'cpu insula/ve/101/cpu.weight = 100',
    'cpu insula/ve/101/cpu.max = max 100000',
    'memory insula/ve/101/memory.max = max',
    'pids insula/ve/101/pids.max = 400',
  ]);
});

test('a group in use gets only what changes', async () => {
  const { written, applyLimits } = groups('v2', all);
  const args = { cgroup: 'g', values: { numproc: 400, cpulimit: 50 }, previous: { numproc: 400 } };
  await applyLimits.do(args, context);
  expect(written).toEqual(['cpu g/cpu.max = 50000 100000']);
  await applyLimits.undo?.(args, context);
  expect(written.slice(1)).toEqual(['cpu g/cpu.max = max 100000']);
});

test('a controller that the host lacks matters only to a VE that is limited by it', async () => {
  const { written, applyLimits } = groups('hybrid', ['cpu', 'memory']);
  await applyLimits.do({ cgroup: 'g', values: { cpulimit: 50 }, previous: null }, context);
  expect(written).not.toContainEqual(expect.stringContaining('pids'));
  const limited = applyLimits.do({ cgroup: 'g', values: { numproc: 400 }, previous: null }, context);
  await expect(limited).rejects.toMatchObject({
    code: 'host_lacks',
    message: 'this host lacks the cgroup controller pids: numproc cannot be limited',
  });
});

test('a limit that the host cannot hold is refused before any other is written', async () => {
  const { written, applyLimits } = groups('v2', ['cpu', 'memory']);
  const doing = applyLimits.do(
    { cgroup: 'g', values: { cpulimit: 50, numproc: 400 }, previous: null },
    context,
  );
  await expect(doing).rejects.toMatchObject({ code: 'host_lacks' });
  expect(written).toEqual([]);
});

test('a refusal in the middle takes back what came before, and is what is told', async () => {
  const { written, applyLimits } = groups('v2', all, 'memory.max');
  const args = { cgroup: 'g', values: { cpulimit: 50, physpages: 2 ** 30, numproc: 400 }, previous: {} };
  await expect(applyLimits.do(args, context)).rejects.toThrow('memory.max refused');
  expect(written).toEqual([
    'cpu g/cpu.max = 50000 100000',
    'memory g/memory.max = 1073741824',
    'cpu g/cpu.max = max 100000',
    'memory g/memory.max = max',
    'pids g/pids.max = max',
  ]);
});

test('undoing the limits of a new group writes nothing: the group itself is undone', async () => {
  const { written, applyLimits } = groups('v2', all);
  await applyLimits.undo?.({ cgroup: 'g', values: { numproc: 400 }, previous: null }, context);
  expect(written).toEqual([]);
});
