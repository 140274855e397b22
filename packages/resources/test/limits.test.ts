import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ParameterValues } from '@insula/contract';
import { createLinuxHost } from '@insula/host';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileLimits, controllersNeeded, resourceActions } from '../src/index.ts';

const host = createLinuxHost({ runcRoot: '/nonexistent' });
const { cgroups } = host;
const target = { seed: 101, processors: [0], disks: [] };
const actions = resourceActions({
  ...host,
  pool: { root: '/' },
  initOf: async () => {
    throw new Error('no init here');
  },
});
const parent = `insula-test-limits-${process.pid}`;
const cgroup = `${parent}/101`;
const mebi = 1024 ** 2;
const context = {
  operationId: 'test',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};

beforeEach(async () => {
  const { layout } = await cgroups.describe();
  await cgroups.create(cgroup, { controllers: controllersNeeded(layout) });
});

afterEach(async () => {
  await cgroups.kill(parent);
  await cgroups.remove(parent);
  expect(await cgroups.exists(parent)).toBe(false);
});

/** What v1 shows for a memory limit of -1: the largest number of whole pages. */
const unlimitedMemory = '9223372036854771712';

/** What the kernel shows for what was written, where that is another text of the same. */
const shown = (text: string, file: string): string => {
  if (text === unlimitedMemory) return '-1';
  if (file === 'cpuset.cpus' || file === 'cpuset.mems') return text === '0-1' || text === '0' ? '' : text;
  return text.replace(/^default /, '');
};

/** Limits as the kernel has them, by file; files that this kernel does not have are left out. */
const inForce = async (): Promise<Readonly<Record<string, string>>> => {
  const { layout } = await cgroups.describe();
  const files = compileLimits({}, layout, target).map(async ({ controller, file }) => {
    const text = await cgroups.read(controller, cgroup, file).catch(() => null);
    return text === null ? [] : [[file, shown(text, file)] as const];
  });
  return Object.fromEntries((await Promise.all(files)).flat());
};

const wanted = async (values: ParameterValues): Promise<Readonly<Record<string, string>>> => {
  const { layout } = await cgroups.describe();
  const there = await inForce();
  return Object.fromEntries(
    compileLimits(values, layout, target)
      .filter(({ file }) => file in there)
      .map(({ file, value }) => [file, shown(value, file)]),
  );
};

const tight: ParameterValues = { cpuunits: 8, cpulimit: 1, physpages: 16 * mebi, numproc: 16, swappages: 0 };
const wide: ParameterValues = {
  cpuunits: 500_000,
  cpulimit: 102_400,
  physpages: 1024 ** 4,
  numproc: 4_194_304,
};

test('a new group has the limits of a VE without parameters once they were applied', async () => {
  await actions['apply-limits'].do({ cgroup, ctid: 101, values: {}, previous: null }, context);
  expect(await inForce()).toEqual(await wanted({}));
});

test.for([
  ['tight', tight],
  ['wide', wide],
  ['usual', { cpuunits: 2000, cpulimit: 150, physpages: 512 * mebi, numproc: 400 }],
  ['default', {}],
] as const)('%s limits read back as they were written', async ([, values]) => {
  const args = { cgroup, ctid: 101, values, previous: null };
  await actions['apply-limits'].do(args, context);
  expect(await inForce()).toEqual(await wanted(values));
  await actions['apply-limits'].do(args, context);
  expect(await inForce()).toEqual(await wanted(values));
});

test('limits are raised, lowered and taken back on a group in use', async () => {
  await actions['apply-limits'].do({ cgroup, ctid: 101, values: wide, previous: null }, context);
  const change = { cgroup, ctid: 101, values: tight, previous: wide };
  await actions['apply-limits'].do(change, context);
  expect(await inForce()).toEqual(await wanted(tight));
  await actions['apply-limits'].undo?.(change, context);
  expect(await inForce()).toEqual(await wanted(wide));
  await actions['apply-limits'].undo?.(change, context);
  expect(await inForce()).toEqual(await wanted(wide));
});

test('undoing on a group that is gone succeeds', async () => {
  await cgroups.remove(cgroup);
  await actions['apply-limits'].undo?.({ cgroup, ctid: 101, values: tight, previous: wide }, context);
});

test('when one limit is refused, none is changed', async () => {
  await actions['apply-limits'].do({ cgroup, ctid: 101, values: wide, previous: null }, context);
  const impossible = { ...tight, numproc: -5 };
  const doing = actions['apply-limits'].do(
    { cgroup, ctid: 101, values: impossible, previous: wide },
    context,
  );
  await expect(doing).rejects.toThrow('pids.max');
  expect(await inForce()).toEqual(await wanted(wide));
});

test('memory in use that cannot be reclaimed keeps its limit, and says so', async ({ skip }) => {
  const { layout } = await cgroups.describe();
  skip(layout === 'v2', 'v2 takes every limit and ends processes that are above it');
  // memory counts where it is first touched: only once the process is in the group
  const script =
    "process.stdin.once('data', () => { globalThis.held = Buffer.alloc(64 << 20, 1); console.log('held'); })";
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    await cgroups.attach(cgroup, holder.pid ?? 0);
    holder.stdin.write('\n');
    await once(holder.stdout, 'data');
    await actions['apply-limits'].do({ cgroup, ctid: 101, values: {}, previous: null }, context);
    const doing = actions['apply-limits'].do({ cgroup, ctid: 101, values: tight, previous: {} }, context);
    await expect(doing).rejects.toMatchObject({
      code: 'invalid_parameter',
      details: { parameter: 'physpages' },
    });
    expect(await inForce()).toEqual(await wanted({}));
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'close');
  }
});
