import { FakeHost } from '@insula/host';
import { beforeEach, expect, test, vi } from 'vitest';
import { ExecRoom } from './exec-room.ts';

const group = 'insula/ve/101';
let host: FakeHost;
let room: ExecRoom;
beforeEach(async () => {
  host = new FakeHost();
  await host.cgroups.create(group, { controllers: ['pids'] });
  room = new ExecRoom(host);
});

const set = (limit: string, current: number) => {
  host.cgroups.values.set(`pids:${group}/pids.max`, limit);
  host.cgroups.values.set(`pids:${group}/pids.current`, String(current));
};
const limit = () => host.cgroups.values.get(`pids:${group}/pids.max`);
const never = async () => false;

test('a VE with room enough, or without a limit, is left as it is', async () => {
  set('100', 84);
  await (await room.make(group, never))();
  set('max', 5000);
  await (await room.make(group, never))();
  expect(host.cgroups.writes).toEqual([]);
});

test('a full VE may have some more until all commands run', async () => {
  set('100', 100);
  const ends = [await room.make(group, never), await room.make(group, never)];
  expect(limit()).toBe('116');
  for (const end of [ends[0], ends[0]]) await end?.();
  expect(limit()).toBe('116');
  await ends[1]?.();
  expect(limit()).toBe('100');
});

test('a limit that is being taken back is not taken for the VE’s own', async () => {
  set('100', 100);
  const first = await room.make(group, never);
  host.cgroups.values.set(`pids:${group}/pids.current`, '110');
  const [, second] = await Promise.all([first(), room.make(group, never)]);
  await second();
  expect(limit()).toBe('100');
});

test('it ends by itself when the command runs', async () => {
  set('60', 50);
  let runs = false;
  await room.make(group, async () => runs);
  expect(limit()).toBe('76');
  runs = true;
  await vi.waitFor(() => expect(limit()).toBe('60'));
});

test('a limit that was lowered below what is there, and one that changes meanwhile, count', async () => {
  set('50', 70);
  const end = await room.make(group, never);
  expect(limit()).toBe('86');
  host.cgroups.values.set(`pids:${group}/pids.max`, '90');
  await end();
  expect(limit()).toBe('90');
});

test('a VE that has ended needs none', async () => {
  await host.cgroups.remove(group);
  await (await room.make(group, never))();
  expect(host.cgroups.writes).toEqual([]);
});
