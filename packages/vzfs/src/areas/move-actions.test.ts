import { type VolumeLayout, volumeLayouts } from '@insula/contract';
import { FakeHost } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { describe, expect, test } from 'vitest';
import { poolLayout } from '../pool-layout.ts';
import { volumeStores } from '../volumes/volume-stores.ts';
import { moveActions } from './move-actions.ts';

const pool = poolLayout('/pool');
const uuid = '00000000-0000-4000-8000-000000000001';
const area = pool.privateArea(uuid);
const context: StepContext = {
  operationId: 'op',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};
const pairs = volumeLayouts.flatMap((from) =>
  volumeLayouts.filter((to) => to !== from).map((to) => [from, to] as const),
);

/** A VE with a volume, and the one that is to take its place. */
async function prepare(from: VolumeLayout, to: VolumeLayout) {
  const host = new FakeHost();
  const stores = volumeStores(host);
  const make = async (layout: VolumeLayout, path: string) => {
    await stores[layout].make(path, { bytes: layout === 'image' ? 2 ** 30 : null, inodes: null });
    // what is in an image shows only while it is open
    if (layout !== 'image') await host.files.makeDir(`${path}/upper`);
  };
  await host.files.makeDir(area.dir);
  await make(from, area.volume);
  await make(to, area.nextVolume);
  const isWhole = async (layout: VolumeLayout, path: string) =>
    await host.files.exists(layout === 'image' ? `${path}.img` : `${path}/upper`);
  const { files, mounts, btrfs, diskImages, quotas } = host;
  const actions = moveActions({ files, mounts, btrfs, diskImages, quotas, pool });
  return { host, make, isWhole, actions };
}

describe.each(pairs)('from layout %s to %s', (from, to) => {
  const args = { uuid, from, to };

  test('the new volume takes the place, and the old one is there until it is discarded', async () => {
    const { actions, isWhole } = await prepare(from, to);
    for (let count = 0; count < 2; count += 1) await actions['exchange-layout'].do(args, context);
    expect(await isWhole(to, area.volume)).toBe(true);
    expect(await isWhole(from, area.previousVolume)).toBe(true);
    for (let count = 0; count < 2; count += 1) await actions['discard-volume'].do({ uuid }, context);
    expect(await isWhole(from, area.previousVolume)).toBe(false);
  });

  test('the old one comes back, wherever it was cut off, and one of another time never does', async () => {
    for (const cut of [0, 1, 2, 3, 4, 5]) {
      const { host, actions, isWhole } = await prepare(from, to);
      let calls = 0;
      const rename = host.files.rename.bind(host.files);
      host.files.rename = async (source, target) => {
        calls += 1;
        if (calls > cut) throw new Error('cut off');
        await rename(source, target);
      };
      await actions['exchange-layout'].do(args, context).catch(() => undefined);
      host.files.rename = rename;
      for (let count = 0; count < 2; count += 1) await actions['exchange-layout'].undo?.(args, context);
      expect([await isWhole(from, area.volume), await isWhole(to, area.nextVolume)]).toEqual([true, true]);
      expect(await isWhole(from, area.previousVolume)).toBe(false);
      await actions['exchange-layout'].do(args, context);
      expect(await isWhole(to, area.volume)).toBe(true);
    }
    const { actions, isWhole, make } = await prepare(from, to);
    await make(from, area.previousVolume);
    await actions['exchange-layout'].undo?.(args, context);
    expect([await isWhole(from, area.volume), await isWhole(to, area.nextVolume)]).toEqual([true, true]);
  });
});
