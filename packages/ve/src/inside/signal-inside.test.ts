import { CodedError } from '@insula/contract';
import { FakeHost, type ProcessDetails } from '@insula/host';
import { beforeEach, expect, test } from 'vitest';
import { fakeSpec } from '../fake-spec.ts';
import { cgroupLayout } from '../run-layout.ts';
import { neverStarted } from '../runtime.ts';
import { signalInside } from './signal-inside.ts';

const spec = fakeSpec();
const groups = cgroupLayout('insula');
const other = groups.payload(spec.ctid + 1);
let host: FakeHost;

beforeEach(async () => {
  host = new FakeHost();
  for (const group of [groups.payload(spec.ctid), other])
    await host.cgroups.create(group, { controllers: [] });
  await process(40, { innerPid: 1 });
  await process(41, { innerPid: 7 });
});

async function process(
  pid: number,
  {
    innerPid,
    isInside = true,
    group = groups.payload(spec.ctid),
  }: Partial<ProcessDetails> & { readonly group?: string },
): Promise<void> {
  const { startTime } = host.processes.begin(pid);
  const rest = { parent: 0, uid: 0, state: 'S', threads: 1, cpu: 0, residentBytes: 0, commandLine: 'x' };
  host.processes.known.set(pid, { ...rest, pid, innerPid: innerPid ?? pid, isInside, startTime });
  await host.cgroups.attach(group, pid);
}

const signal = async (pid: number, name?: 'KILL') => {
  const { cgroups, processes } = host;
  const entry = { spec, runtime: { ...neverStarted, init: { pid: 40, startTime: 1 } } };
  try {
    await signalInside(
      { cgroups, processes, groups },
      entry,
      name === undefined ? { pid } : { pid, signal: name },
    );
    return 'sent';
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
};
const sent = () => host.processes.signals.map(({ identity, signalNumber }) => [identity.pid, signalNumber]);

test('a process of the VE gets it by its number inside', async () => {
  expect(await signal(7)).toBe('sent');
  expect(await signal(7, 'KILL')).toBe('sent');
  expect(sent()).toEqual([
    [41, 15],
    [41, 9],
  ]);
});

test('neither init, nor one of another VE, nor one of the host in the groups of the VE gets any', async () => {
  await process(50, { innerPid: 9, group: other });
  await process(60, { innerPid: 60, isInside: false });
  expect(await signal(1)).toBe('process_protected');
  for (const pid of [9, 41, 50, 60]) expect(await signal(pid)).toBe('process_not_found');
  expect(sent()).toEqual([]);
});

test('one that ended, and whose pid went to another VE or to another process, gets none', async () => {
  const details = host.processes.details.bind(host.processes);
  host.processes.details = async (pids) => {
    const found = await details(pids);
    await host.cgroups.attach(other, 41);
    return found;
  };
  expect(await signal(7)).toBe('process_not_found');
  await host.cgroups.attach(groups.payload(spec.ctid), 41);
  host.processes.details = async (pids) => {
    const found = await details(pids);
    host.processes.begin(41);
    return found;
  };
  expect(await signal(7)).toBe('process_not_found');
  expect(sent()).toEqual([]);
});
