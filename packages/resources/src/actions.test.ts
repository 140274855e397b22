import { type CgroupLayout, FakeHost, type Host } from '@insula/host';
import { expect, test } from 'vitest';
import { resourceActions } from './actions.ts';

const context = {
  operationId: 'op',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};

const actionsOn = (
  { files, blockDevices, guestLimits, cgroups: own }: FakeHost,
  cgroups: Host['cgroups'] = own,
) =>
  resourceActions({
    ...{ files, blockDevices, guestLimits, cgroups },
    pool: { root: '/pool' },
    initOf: async () => ({ pid: 100, startTime: 1 }),
  });

/** Control groups of which only the controllers and what is written matter; writes to `refusing` fail. */
function groups(layout: CgroupLayout, controllers: readonly string[], refusing?: string) {
  const written: string[] = [];
  const cgroups = {
    describe: async () => ({ layout, unifiedRoot: null, legacyRoots: {}, controllers }),
    write: async (controller: string, path: string, file: string, value: string) => {
      written.push(`${controller} ${path}/${file} = ${value}`);
      if (file === refusing) throw new Error(`${file} refused`);
    },
    read: async () => '0',
    exists: async () => true,
  } as Partial<Host['cgroups']> as Host['cgroups'];
  return { written, applyLimits: actionsOn(new FakeHost(), cgroups)['apply-limits'] };
}

const all = ['cpu', 'memory', 'pids'];

test('a new group gets what it is limited by: the rest is the kernel’s own', async () => {
  const { written, applyLimits } = groups('v2', all);
  await applyLimits.do(
    { cgroup: 'insula/ve/101', ctid: 101, values: { numproc: 400 }, previous: null },
    context,
  );
  expect(written).toEqual(['pids insula/ve/101/pids.max = 400']);
});

test('a group in use gets only what changes', async () => {
  const { written, applyLimits } = groups('v2', all);
  const args = { cgroup: 'g', ctid: 101, values: { numproc: 400, cpulimit: 50 }, previous: { numproc: 400 } };
  await applyLimits.do(args, context);
  expect(written).toEqual(['cpu g/cpu.max = 50000 100000']);
  await applyLimits.undo?.(args, context);
  expect(written.slice(1)).toEqual(['cpu g/cpu.max = max 100000']);
});

test('a controller that the host lacks matters only to a VE that is limited by it', async () => {
  const { written, applyLimits } = groups('hybrid', ['cpu', 'memory']);
  await applyLimits.do({ cgroup: 'g', ctid: 101, values: { cpulimit: 50 }, previous: null }, context);
  expect(written).not.toContainEqual(expect.stringContaining('pids'));
  const limited = applyLimits.do(
    { cgroup: 'g', ctid: 101, values: { numproc: 400 }, previous: null },
    context,
  );
  await expect(limited).rejects.toMatchObject({
    code: 'host_lacks',
    message: 'this host lacks the cgroup controller pids: numproc cannot be limited',
  });
});

test('a limit that the host cannot hold is refused before any other is written', async () => {
  const { written, applyLimits } = groups('v2', ['cpu', 'memory']);
  const doing = applyLimits.do(
    { cgroup: 'g', ctid: 101, values: { cpulimit: 50, numproc: 400 }, previous: null },
    context,
  );
  await expect(doing).rejects.toMatchObject({ code: 'host_lacks' });
  expect(written).toEqual([]);
});

test('a refusal in the middle takes back what came before, and is what is told', async () => {
  const { written, applyLimits } = groups('v2', all, 'memory.max');
  const args = {
    cgroup: 'g',
    ctid: 101,
    values: { cpulimit: 50, physpages: 2 ** 30, numproc: 400 },
    previous: {},
  };
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
  await applyLimits.undo?.({ cgroup: 'g', ctid: 101, values: { numproc: 400 }, previous: null }, context);
  expect(written).toEqual([]);
});

test('a lower memory limit first reclaims, and is refused where that is not enough', async () => {
  const host = new FakeHost();
  const { cgroups } = host;
  await cgroups.create('g', { controllers: all });
  cgroups.values.set('memory:g/memory.current', '500000000');
  cgroups.values.set('memory:g/memory.high', 'max');
  const actions = actionsOn(host);
  const args = { cgroup: 'g', ctid: 101, values: { physpages: 2 ** 28 }, previous: {} };
  await expect(actions['apply-limits'].do(args, context)).rejects.toMatchObject({
    code: 'invalid_parameter',
    details: { parameter: 'physpages' },
  });
  expect(cgroups.values.get('memory:g/memory.high')).toBe('max');
  expect(cgroups.writes).not.toContain('g/memory.max=268435456');
});

test('limits inside reach namespaces and processes, and are taken back as they were', async () => {
  const host = new FakeHost();
  await host.cgroups.create('g', { controllers: [] });
  await host.cgroups.attach('g', 100);
  await host.cgroups.attach('g', 105);
  const actions = actionsOn(host);
  const values = { nummsg: 50, numfile: 1000, numpty: 7, oomscore: 300, numwatch: 500 };
  const args = { uuid: 'u', cgroup: 'g', idBase: 65_536, values, previous: { oomscore: 100 } };
  await actions['limit-inside'].do(args, context);
  expect(host.guestLimits.calls).toEqual([
    '100: user.max_inotify_watches = 500',
    '100: kernel.msgmni = 50',
    '100: terminals = 7',
    '100,105: RLIMIT_NOFILE = 1000',
    '100,105: oom_score_adj 100 -> 300',
  ]);
  host.guestLimits.calls.length = 0;
  await actions['limit-inside'].undo?.(args, context);
  expect(host.guestLimits.calls).toEqual([
    '100: user.max_inotify_watches = 2147483647',
    '100: kernel.msgmni = 32000',
    '100: terminals = 4096',
    '100,105: RLIMIT_NOFILE = 524288',
    '100,105: oom_score_adj 300 -> 100',
  ]);
});

test('where limits of processes could never be raised again, they change at the next start only', async () => {
  const host = new FakeHost();
  host.guestLimits.isPrivileged = false;
  const args = { uuid: 'u', cgroup: 'g', idBase: 65_536, values: { numfile: 1000, nummsg: 5 }, previous: {} };
  await expect(actionsOn(host)['limit-inside'].do(args, context)).rejects.toMatchObject({
    code: 'host_lacks',
    details: { consequence: 'numfile cannot be changed while the VE runs' },
  });
  expect(host.guestLimits.calls).toEqual([]);
  await actionsOn(host)['limit-inside'].do({ ...args, previous: null }, context);
  expect(host.guestLimits.calls).toEqual(['100: kernel.msgmni = 5']);
});
