import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VeDetail } from '@insula/contract';
import { afterAll, expect, test } from 'vitest';
import { btrfsPool } from '../areas/btrfs-pool.ts';
import { patient } from '../harness/index.ts';
import { useFaultNode } from './fault-node.ts';
import { resumed, rolledBack, storedIn, walkSteps } from './walk-steps.ts';

/*
 * kill -9 of the daemon at every point of every step that writes a VE to a file, makes one of it, or moves it to another layout. An
 * archive and a VE are there whole or not at all; a VE that moves is in one layout or the other, with all its files.
 */

const node = useFaultNode({ preparePool: btrfsPool });
const dir = mkdtempSync(join(tmpdir(), 'ins-walk-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const archive = `${dir}/subject.tar.zst`;
const parameters = { diskspace: 96 * 1_048_576 };
const subject = async () => await node.api.get<VeDetail>('/v1/ves/subject');
const staged = () => readdirSync(`${node.paths.pool}/staging`);
const content = 'cat /root/content';

async function bring(layout: 'image' | 'plain' | 'subvolume', running: boolean): Promise<void> {
  if ((await node.ves()).some(({ name }) => name === 'subject')) await node.destroy('subject');
  const limits = layout === 'plain' ? {} : { parameters };
  await node.create({ name: 'subject', template: 'busybox', layout, ...limits, start: true });
  await node.inside('subject', 'echo kept > /root/content; sync');
  if (!running) await node.act('kill', 'subject');
}

test.each(['image', 'plain'] as const)(
  'an archive of a running VE in layout %s is there whole or not at all, and the VE goes on',
  { timeout: patient(240_000) },
  async (layout) => {
    await bring(layout, true);
    const before = storedIn(node);
    await walkSteps(
      node,
      { kind: 've.export', ask: { method: 'POST', path: '/v1/ves/subject/export', body: { path: archive } } },
      async () => rmSync(archive, { force: true }),
      async (operation) => {
        expect(operation).toMatchObject(rolledBack);
        expect(readdirSync(dir).filter((name) => !name.endsWith('.tar.zst'))).toEqual([]);
        expect(staged()).toEqual([]);
        expect(storedIn(node)).toEqual(before);
        expect(await node.inside('subject', content)).toBe('kept');
      },
    );
  },
);

test('a VE that is imported is there whole or not at all', { timeout: patient(240_000) }, async () => {
  await bring('subvolume', false);
  await node.api.perform('POST', '/v1/ves/subject/snapshots', { name: 'early' });
  rmSync(archive, { force: true });
  await node.api.perform('POST', '/v1/ves/subject/export', { path: archive, snapshots: true });
  await node.destroy('subject');
  const before = storedIn(node);
  await walkSteps(
    node,
    {
      kind: 've.import',
      ask: { method: 'POST', path: '/v1/ve-imports', body: { path: archive, start: true } },
    },
    async () => undefined,
    async (operation) => {
      expect(operation).toMatchObject(rolledBack);
      expect(storedIn(node)).toEqual(before);
      expect(await node.ves()).toEqual([]);
      expect(staged()).toEqual([]);
      expect(await node.leftovers()).toEqual([]);
    },
  );
  await node.api.perform('POST', '/v1/ve-imports', { path: archive, start: true });
  expect(await node.inside('subject', content)).toBe('kept');
});

test.each([
  ['subvolume', 'image'],
  ['image', 'subvolume'],
  ['plain', 'image'],
] as const)(
  'a move from %s to %s ends in the new layout',
  { timeout: patient(240_000) },
  async (from, to) => {
    await walkSteps(
      node,
      {
        kind: 've.move',
        ask: { method: 'POST', path: '/v1/ves/subject/move', body: { layout: to, parameters } },
      },
      async () => await bring(from, false),
      async (operation) => {
        expect(operation).toMatchObject(resumed);
        expect(await subject()).toMatchObject({ layout: to });
        expect(storedIn(node).filter((part) => /fs\.(next|previous)/.test(part))).toEqual([]);
        await node.act('start', 'subject');
        expect(await node.inside('subject', content)).toBe('kept');
      },
    );
    await node.destroy('subject');
    expect(existsSync(`${node.paths.pool}/private`) && readdirSync(`${node.paths.pool}/private`)).toEqual([]);
  },
);
