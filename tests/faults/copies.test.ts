import type { VeDetail } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { btrfsPool } from '../areas/btrfs-pool.ts';
import { patient } from '../harness/index.ts';
import { useFaultNode } from './fault-node.ts';
import { resumed, rolledBack, storedIn, walkSteps } from './walk-steps.ts';

/*
 * kill -9 of the daemon at every point of every step that copies the files of a VE. A snapshot, and what is restored from it, is
 * there whole or not at all; a VE whose files are copied goes on.
 */

const node = useFaultNode({ preparePool: btrfsPool });
const path = '/v1/ves/subject';

const stored = () => storedIn(node);

describe.each(['subvolume', 'image', 'plain'] as const)('in layout %s', (layout) => {
  const parameters = layout === 'plain' ? {} : { diskspace: 128 * 1_048_576 };
  const subject = async () => await node.api.get<VeDetail>(path);

  /** The subject as it is wanted, with the content of its file. */
  async function bring(running: boolean, content: string, snapshots: readonly string[]): Promise<void> {
    const [ve] = (await node.ves()).filter(({ name }) => name === 'subject');
    if (ve === undefined) await node.create({ name: 'subject', template: 'busybox', layout, parameters });
    if ((await subject()).state !== 'running') await node.act('start', 'subject');
    await node.wait('subject');
    for (const { name } of await node.api.get<readonly { readonly name: string }[]>(`${path}/snapshots`))
      await node.api.perform('DELETE', `${path}/snapshots/${name}`);
    for (const name of snapshots) {
      await node.inside('subject', `echo ${name} > /root/content; sync`);
      await node.api.perform('POST', `${path}/snapshots`, { name });
    }
    await node.inside('subject', `echo ${content} > /root/content; sync`);
    if (!running) await node.act('kill', 'subject');
  }

  test('a snapshot is there whole or not at all', { timeout: patient(240_000) }, async () => {
    let before: readonly string[] = [];
    let init: number | null = null;
    await walkSteps(
      node,
      { kind: 'snapshot.create', ask: { method: 'POST', path: `${path}/snapshots`, body: { name: 'cut' } } },
      async () => {
        await bring(true, 'now', []);
        before = stored();
        init = (await subject()).init;
      },
      async (operation) => {
        expect(operation).toMatchObject(rolledBack);
        expect(stored().filter((part) => !part.endsWith('/snapshots'))).toEqual(
          before.filter((part) => !part.endsWith('/snapshots')),
        );
        expect(await subject()).toMatchObject({ state: 'running', init });
        expect(await node.inside('subject', 'echo later >> /root/content; cat /root/content')).toBe(
          'now\nlater',
        );
      },
    );
  });

  test('a restore ends with the files of the snapshot', { timeout: patient(240_000) }, async () => {
    await walkSteps(
      node,
      { kind: 'snapshot.restore', ask: { method: 'POST', path: `${path}/snapshots/old/restore` } },
      async () => await bring(false, 'now', ['old']),
      async (operation) => {
        expect(operation).toMatchObject(resumed);
        expect(stored().filter((part) => /fs\.(next|previous)/.test(part))).toEqual([]);
        await node.act('start', 'subject');
        expect(await node.inside('subject', 'cat /root/content')).toBe('old');
      },
    );
  });

  test('a reinstallation ends with a new root and the old files', { timeout: patient(240_000) }, async () => {
    await walkSteps(
      node,
      { kind: 've.reinstall', ask: { method: 'POST', path: `${path}/reinstall` } },
      async () => await bring(false, 'now', []),
      async (operation) => {
        expect(operation).toMatchObject(resumed);
        expect(stored().filter((part) => part.endsWith('/view'))).toEqual([]);
        await node.act('start', 'subject');
        expect(await node.inside('subject', 'cat /old/root/content; ls /root; ls -d /old/bin || true')).toBe(
          'now',
        );
      },
    );
  });

  test('a deletion takes the snapshot, and no other', { timeout: patient(240_000) }, async () => {
    await walkSteps(
      node,
      { kind: 'snapshot.delete', ask: { method: 'DELETE', path: `${path}/snapshots/old` } },
      async () => await bring(true, 'now', ['old', 'older']),
      async (operation) => {
        expect(operation).toMatchObject(resumed);
        const left = stored().filter((part) => part.includes('/snapshots/'));
        expect(left.map((part) => part.split('/').at(-1))).toEqual(['older']);
      },
    );
  });

  test('a clone is there whole or not at all', { timeout: patient(240_000) }, async () => {
    let before: readonly string[] = [];
    let machine: readonly string[] = [];
    await walkSteps(
      node,
      {
        kind: 've.clone',
        ask: { method: 'POST', path: `${path}/clone`, body: { name: 'twin', start: true } },
      },
      async () => {
        await bring(true, 'now', []);
        before = stored();
        machine = await node.snapshot();
      },
      async (operation) => {
        expect(operation).toMatchObject(rolledBack);
        expect(stored()).toEqual(before);
        expect(await node.snapshot()).toEqual(machine);
        expect(await subject()).toMatchObject({ state: 'running' });
      },
    );
    await node.destroy('subject');
  });
});
