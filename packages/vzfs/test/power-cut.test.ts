import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sealLayer } from '../src/index.ts';
import { collectGarbage } from '../src/store/collect-garbage.ts';
import { objectsOf, stubLayers } from '../src/store/layers.ts';
import { verifyStore } from '../src/store/verify-store.ts';
import { context, exact, host, TestPool } from './area.ts';

/*
 * The power goes: the file system of the pool ends at that moment, and whatever was not written is lost. What was there before is there
 * afterwards, what was being made is whole or nothing, and the work can be done again.
 */

let pool: TestPool;
const ves = ['one', 'two'];
const content = (name: string) => `${name}\n`.repeat(20_000);

beforeEach(async () => {
  pool = await TestPool.onImage(256 * 1_048_576);
  await pool.makeTemplate((root) => {
    mkdirSync(`${root}/opt`);
    for (const name of ['a', 'b']) writeFileSync(`${root}/opt/${name}`, content(name));
  });
  for (const uuid of ves) pool.make(uuid);
  await pool.settle();
});

afterEach(async () => await pool.dispose());

/** Objects are what their names say, and there is each that a layer needs. */
async function expectSoundStore(): Promise<void> {
  const ports = { ...host, pool: pool.pool };
  expect((await verifyStore(ports, context)).damaged).toEqual([]);
  for (const prefix of readdirSync(pool.pool.objects))
    for (const name of readdirSync(`${pool.pool.objects}/${prefix}`))
      expect(await host.trees.digestFile(`${pool.pool.objects}/${prefix}/${name}`)).toBe(prefix + name);
}

/** Changes both VEs alike, for good. @returns what they see */
async function change(round: number): Promise<readonly unknown[]> {
  let seen: readonly unknown[] = [];
  for (const uuid of ves)
    seen = await pool.mounted(uuid, async (root) => {
      for (const name of ['a', 'c', 'd'])
        writeFileSync(`${root}/opt/${name}`, content(`${name} of ${round}`));
      mkdirSync(`${root}/new${round}/deep`, { recursive: true });
      writeFileSync(`${root}/new${round}/deep/file`, content(`deep ${round}`));
      const times = new Date(1_000_000_000_000 + round);
      for (const name of [
        'opt/a',
        'opt/c',
        'opt/d',
        `new${round}/deep/file`,
        'opt',
        `new${round}`,
        `new${round}/deep`,
        '.',
      ])
        await host.trees.setModified(
          root,
          Buffer.from(name === '.' ? '' : name),
          BigInt(times.getTime()) * 1_000_000n,
        );
      return await exact(root);
    });
  await pool.settle();
  return seen;
}

async function expectAllThere(seen: readonly unknown[]): Promise<void> {
  for (const uuid of ves) expect(await pool.mounted(uuid, exact)).toEqual(seen);
}

test('after any step of an optimization', { timeout: 240_000 }, async () => {
  const count = pool.steps(ves).length;
  for (let last = 0; last < count; last += 1) {
    const seen = await change(last);
    for (const step of pool.steps(ves).slice(0, last + 1)) await step();
    await pool.powerCut();
    await expectAllThere(seen);
    await expectSoundStore();
    await pool.optimize(ves);
    await expectAllThere(seen);
  }
});

test('in the middle of an optimization', { timeout: 240_000 }, async () => {
  for (let round = 0; round < 12; round += 1) {
    const seen = await change(round);
    const work = pool.optimize(ves).catch(() => undefined);
    await delay(round * 12);
    await pool.powerCut();
    await work;
    await expectAllThere(seen);
    await expectSoundStore();
    await pool.optimize(ves);
    await expectAllThere(seen);
  }
});

test('while a layer is sealed, and while garbage is collected', { timeout: 240_000 }, async () => {
  for (let round = 0; round < 8; round += 1) {
    const staged = `${pool.pool.staging}/layer${round}`;
    mkdirSync(`${staged}/root`, { recursive: true });
    for (let file = 0; file < 40; file += 1)
      writeFileSync(`${staged}/root/${file}`, content(`${file} of ${round}`));
    const work = sealLayer({ ...host, pool: pool.pool }, staged, context)
      .then(async () => await host.files.rename(staged, `${pool.pool.layers}/sealed@${round}`))
      .catch(() => undefined);
    await delay(round * 15);
    await pool.powerCut();
    await work;
    await expectSoundStore();
    const later = { signal: context.signal, now: Date.now() + 2 * 86_400_000 };
    const collection = collectGarbage({ ...host, pool: pool.pool, plansUnderWay: () => [] }, later).catch(
      () => undefined,
    );
    await delay(round);
    await pool.powerCut();
    await collection;
    await expectSoundStore();
    for (const layer of await stubLayers({ ...host, pool: pool.pool }))
      expect(objectsOf(layer).size).toBeGreaterThan(0);
  }
});

test('a pool that is full loses nothing, and the work is done when there is room again', async () => {
  const seen = await change(1);
  const { availableBytes } = await host.files.fileSystem(pool.pool.root);
  writeFileSync(`${pool.pool.root}/ballast`, Buffer.alloc(availableBytes - 500_000, 'x'));
  await expect(pool.optimize(ves)).rejects.toMatchObject({ code: 'ENOSPC' });
  await expectAllThere(seen);
  await host.files.removeFile(`${pool.pool.root}/ballast`);
  await pool.optimize(ves);
  await expectAllThere(seen);
  await expectSoundStore();
});
