import { FakeHost } from '@insula/host';
import { expect, test } from 'vitest';
import { fakeSpec } from './fake-spec.ts';
import { VeRegistry } from './registry.ts';
import { neverStarted } from './runtime.ts';
import { VisibleFilesKeeper } from './visible-files-keeper.ts';

const lxcfs = '/var/lib/lxcfs';

async function node() {
  const host = new FakeHost();
  const registry = new VeRegistry();
  const init = { pid: 900, startTime: 1 };
  registry.add(fakeSpec(1), { ...neverStarted, init });
  registry.add(fakeSpec(2));
  await host.files.makeDir(`${lxcfs}/proc`);
  await host.files.writeAtomic(`${lxcfs}/proc/meminfo`, '');
  const { files, guestMounts } = host;
  guestMounts.mounts.set(process.pid, [{ target: lxcfs, type: 'fuse.lxcfs', device: '0:99' }]);
  const lines: string[] = [];
  const keeper = new VisibleFilesKeeper({
    ...{ files, guestMounts, registry, lxcfs },
    log: (line, details) => lines.push(`${line}: ${JSON.stringify(details)}`),
  });
  const sees = (device: string) =>
    guestMounts.mounts.set(init.pid, [
      { target: '/proc', type: 'proc', device: '0:50' },
      { target: '/proc/meminfo', type: 'fuse.lxcfs', device },
    ]);
  return { host, keeper, lines, sees };
}

test('a VE with the files of an lxcfs that has ended gets those of the one that runs', async () => {
  const { host, keeper, lines, sees } = await node();
  sees('0:42');
  await keeper.look();
  expect(host.guestMounts.rebound).toEqual([[900, ['/proc/meminfo']]]);
  expect(lines).toEqual(['a VE sees its own memory and processors again: {"ve":"ve101"}']);
  await keeper.look();
  expect(host.guestMounts.rebound).toHaveLength(1);
});

test('nothing is touched while lxcfs is the one that VEs have, or none is there', async () => {
  const { host, keeper, sees } = await node();
  sees('0:99');
  await keeper.look();
  host.guestMounts.mounts.set(process.pid, []);
  sees('0:42');
  await keeper.look();
  expect(host.guestMounts.rebound).toEqual([]);
});
