import { FakeHost } from '@insula/host';
import { beforeEach, expect, test } from 'vitest';
import { fakeSpec } from '../fake-spec.ts';
import { cgroupLayout, runLayout } from '../run-layout.ts';
import { neverStarted } from '../runtime.ts';
import { endAbandonedExecs } from './end-abandoned.ts';

const spec = fakeSpec();
const run = runLayout('/run/insula');
const groups = cgroupLayout('insula');
const dir = run.ve(spec.uuid).execs;
const payload = groups.payload(spec.ctid);

let host: FakeHost;
beforeEach(async () => {
  host = new FakeHost();
  await host.cgroups.create(payload, { controllers: [] });
  await host.files.makeDir(dir);
});

/** A command of an earlier daemon, in the VE's group or not. */
async function command(pid: number, options: { readonly inside: boolean }): Promise<void> {
  host.processes.begin(pid);
  if (options.inside) await host.cgroups.attach(payload, pid);
  await host.files.writeAtomic(`${dir}/${pid}.json`, '{}');
  await host.files.writeAtomic(`${dir}/${pid}.pid`, String(pid));
}

const end = async (init: number | null) => {
  const runtime = { ...neverStarted, init: init === null ? null : host.processes.begin(init) };
  return await endAbandonedExecs({ ...portsOf(host), run, groups }, [{ spec, runtime }]);
};
const portsOf = ({ cgroups, files, processes }: FakeHost) => ({ cgroups, files, processes });

test('commands in the VE are killed, and their files are gone', async () => {
  for (const pid of [50, 51]) await command(pid, { inside: true });
  expect(await end(40)).toBe(2);
  expect(host.processes.signals.map(({ identity, signalNumber }) => [identity.pid, signalNumber])).toEqual([
    [50, 9],
    [51, 9],
  ]);
  expect(await host.files.list(dir)).toEqual([]);
});

test('a process that is not in the VE, as it got the pid of one that was, is left alone', async () => {
  await command(50, { inside: false });
  expect(await end(40)).toBe(0);
  expect(host.processes.signals).toEqual([]);
  expect(await host.files.list(dir)).toEqual([]);
});

test('files without a pid of use, and those of a VE that ended, only go', async () => {
  await host.cgroups.attach(payload, 40);
  for (const text of ['', '40', 'x']) {
    await host.files.writeAtomic(`${dir}/e.pid`, text);
    expect(await end(40)).toBe(0);
  }
  await command(50, { inside: true });
  expect(await end(null)).toBe(0);
  expect(host.processes.signals).toEqual([]);
  expect(await host.files.list(dir)).toEqual([]);
});

test('a VE whose room was lent to a command that never came to run has its own limit again', async () => {
  const limits = { ...spec, parameters: { ...spec.parameters, numproc: 60 } };
  const outer = groups.outer(spec.ctid);
  await host.cgroups.write('pids', outer, 'pids.max', '76');
  await host.files.writeAtomic(`${dir}/e1.json`, '{}');
  const runtime = { ...neverStarted, init: host.processes.begin(40) };
  await endAbandonedExecs({ ...portsOf(host), run, groups }, [{ spec: limits, runtime }]);
  expect(await host.cgroups.read('pids', outer, 'pids.max')).toBe('60');
});

test('a VE whose groups went meanwhile keeps no daemon from starting', async () => {
  const limits = { ...spec, parameters: { ...spec.parameters, numproc: 60 } };
  await host.cgroups.remove(groups.outer(spec.ctid));
  await host.files.writeAtomic(`${dir}/e1.json`, '{}');
  const runtime = { ...neverStarted, init: host.processes.begin(40) };
  expect(await endAbandonedExecs({ ...portsOf(host), run, groups }, [{ spec: limits, runtime }])).toBe(0);
  expect(await host.files.list(dir)).toEqual([]);
});
