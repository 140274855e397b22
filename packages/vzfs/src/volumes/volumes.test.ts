import { FakeHost, ImageInUse, SystemError } from '@insula/host';
import { beforeEach, describe, expect, test } from 'vitest';
import { removeVolume } from './remove-volume.ts';
import { chooseLayout, type VolumeStores, volumeStores } from './volume-stores.ts';

const unlimited = { bytes: null, inodes: null };
const limited = { bytes: 2 ** 30, inodes: null };
const path = '/pool/private/u/fs';

let host: FakeHost;
let stores: VolumeStores;
beforeEach(async () => {
  host = new FakeHost();
  stores = volumeStores(host);
  await host.files.makeDir('/pool/private/u');
});

describe.each(['subvolume', 'project', 'image', 'plain'] as const)('a volume in layout %s', (layout) => {
  const limits = layout === 'plain' ? unlimited : limited;

  test('is made, copied, renamed and removed, each as often as one likes', async () => {
    const store = stores[layout];
    for (let count = 0; count < 2; count += 1) await store.make(path, limits);
    expect(await store.exists(path)).toBe(true);
    for (let count = 0; count < 2; count += 1) await store.copy(path, `${path}.next`);
    await removeVolume(host, path);
    expect(await store.exists(path)).toBe(false);
    await store.rename(`${path}.next`, path);
    expect(await store.exists(path)).toBe(true);
    expect(await store.exists(`${path}.next`)).toBe(false);
    for (let count = 0; count < 2; count += 1) await removeVolume(host, path);
    expect(await host.files.list('/pool/private/u')).toEqual([]);
  });

  test('refuses what it cannot limit, and holds what it can', async () => {
    const store = stores[layout];
    const refusal = { code: 'invalid_parameter' };
    if (layout !== 'image' && layout !== 'project')
      await expect(store.make(path, { ...limits, inodes: 5000 })).rejects.toMatchObject(refusal);
    if (layout === 'plain') await expect(store.make(path, limited)).rejects.toMatchObject(refusal);
    if (layout === 'image') await expect(store.make(path, unlimited)).rejects.toMatchObject(refusal);
  });
});

test('the layout is the best that the pool can, or the one that was asked for', async () => {
  const choose = async (type: string, wanted: Parameters<typeof chooseLayout>[2]) => {
    host.files.space = { ...host.files.space, type };
    return await chooseLayout(host, '/pool', wanted);
  };
  expect(await choose('btrfs', 'auto')).toBe('subvolume');
  expect(await choose('ext4', 'auto')).toBe('plain');
  expect(await choose('xfs', 'project')).toBe('project');
  host.quotas.kinds = ['user'];
  await expect(choose('ext4', 'project')).rejects.toMatchObject({ details: { field: 'layout' } });
  await expect(choose('btrfs', 'project')).rejects.toMatchObject({ details: { field: 'layout' } });
  expect(await choose('btrfs', 'image')).toBe('image');
  await expect(choose('ext4', 'subvolume')).rejects.toMatchObject({ details: { field: 'layout' } });
});

test('an image that is frozen for a copy is thawed, also when the copy fails', async () => {
  const store = stores.image;
  await store.make(path, limited);
  await store.open(path);
  host.diskImages.copy = async () => {
    expect(host.diskImages.frozen).toContain(path);
    throw new SystemError({ code: 'ENOSPC', errno: 28, syscall: 'copy', path });
  };
  await expect(store.copy(path, `${path}.next`)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(host.diskImages.frozen.size).toBe(0);
});

test('an image that is in use says why it cannot shrink', async () => {
  const store = stores.image;
  await store.make(path, limited);
  host.diskImages.resize = async () => {
    throw new SystemError({ code: 'EBUSY', errno: 16, syscall: 'resize', path });
  };
  await expect(store.limit(path, limited)).rejects.toMatchObject({
    code: 'invalid_parameter',
    details: { parameter: 'diskspace' },
  });
});

test('an image that others have attached is named with their devices', async () => {
  const store = stores.image;
  await store.make(path, limited);
  host.diskImages.resize = async (image) => {
    throw new ImageInUse(image, ['/dev/loop7']);
  };
  await expect(store.limit(path, limited)).rejects.toMatchObject({
    code: 'image_in_use',
    details: { image: `${path}.img`, devices: ['/dev/loop7'] },
  });
});
