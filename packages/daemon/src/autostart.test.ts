import { fault } from '@insula/contract';
import { expect, test } from 'vitest';
import { FakeDaemon } from './fake-daemon.ts';

/** A node with VEs that start with it, before it boots again. */
async function nodeWith(count: number): Promise<FakeDaemon> {
  const daemon = await FakeDaemon.start({ autostart: { parallel: 1 } });
  for (let number = 1; number <= count; number += 1) {
    await daemon.perform('POST', '/v1/ves', {
      name: `web${number}`,
      template: 'debian-12',
      onboot: 'yes',
      bootorder: number,
    });
  }
  await daemon.stop();
  return daemon;
}

const starts = (daemon: FakeDaemon) =>
  daemon.node.journal
    .list({ limit: 100 })
    .filter(({ kind }) => kind === 've.start')
    .map(({ target }) => target.name)
    .toReversed();
const newBoot = async ({ host }: FakeDaemon, id: string) =>
  await host.files.writeAtomic('/proc/sys/kernel/random/boot_id', id);

/** The kernel forgets its mounts with the boot. */
const reboot = async (daemon: FakeDaemon) => {
  const { mounts } = daemon.host;
  for (const { target } of await mounts.mountsBelow(daemon.dir)) await mounts.unmount(target);
  await newBoot(daemon, 'boot-2');
  await daemon.boot();
};

test('VEs are started once for each boot, not for each daemon', async () => {
  const daemon = await nodeWith(3);
  await daemon.boot();
  expect(starts(daemon)).toEqual([]);
  await daemon.stop();
  await reboot(daemon);
  await expect.poll(() => starts(daemon)).toEqual(['web3', 'web2', 'web1']);
  await expect.poll(async () => await daemon.host.files.exists(`${daemon.dir}/autostarted`)).toBe(true);
  await daemon.stop();
  await daemon.boot();
  expect(starts(daemon)).toHaveLength(3);
  await daemon.remove();
});

test('what a daemon did not come to is started by the next one', async () => {
  const daemon = await nodeWith(3);
  const { conmon } = daemon.host;
  const create = conmon.create.bind(conmon);
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let created = 0;
  conmon.create = async (container) => {
    created += 1;
    if (created === 2) await closed;
    return await create(container);
  };
  await reboot(daemon);
  await expect.poll(() => created).toBe(2);
  await daemon.node.engine.close(0);
  close();
  await expect.poll(() => starts(daemon)).toEqual(['web3', 'web2']);
  await daemon.stop();
  expect(await daemon.host.files.exists(`${daemon.dir}/autostarted`)).toBe(false);
  await daemon.boot();
  await expect.poll(() => starts(daemon)).toEqual(['web3', 'web2', 'web1']);
  await daemon.remove();
});

test('one that cannot be started keeps no other from its turn', async () => {
  const daemon = await nodeWith(2);
  daemon.host.conmon.failure = fault('start_failed', { ve: 'web2', problem: 'x' });
  await reboot(daemon);
  await expect.poll(() => starts(daemon).slice(0, 2)).toEqual(['web2', 'web1']);
  await daemon.remove();
});

test('what an earlier boot left in a run directory that outlived it is forgotten', async () => {
  const daemon = await nodeWith(1);
  await daemon.boot();
  await daemon.perform('POST', '/v1/ves/web1/start');
  await daemon.stop();
  const { files, runc, links } = daemon.host;
  runc.containers.clear();
  links.present.clear();
  await reboot(daemon);
  await expect.poll(() => starts(daemon)).toEqual(['web1', 'web1']);
  const [ve] = daemon.node.registry.list();
  await expect.poll(() => ve && daemon.node.registry.get(ve.spec.uuid)?.runtime.init).not.toBeNull();
  expect(await files.exists(`${daemon.dir}/boot-id`)).toBe(true);
  await daemon.remove();
});

test('a note of the boot that was lost does not make a node forget what runs', async () => {
  const daemon = await nodeWith(1);
  await daemon.boot();
  await daemon.perform('POST', '/v1/ves/web1/start');
  const before = daemon.node.registry.find('web1').runtime.init;
  await daemon.stop();
  await daemon.host.files.removeFile(`${daemon.dir}/boot-id`);
  await daemon.boot();
  expect(daemon.node.registry.find('web1').runtime.init).toEqual(before);
  await daemon.remove();
});
