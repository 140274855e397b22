import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

test('an export that takes longer than it may is given up, and nothing is left of it', async () => {
  const ve = await node.create({ name: 'slow', template: 'busybox', start: true });
  await node.inside('slow', 'dd if=/dev/urandom of=/root/data bs=1M count=256; sync');
  const dir = mkdtempSync(join(tmpdir(), 'ins-backup-time-'));
  const [image, disk] = [join(dir, 'disk.img'), join(dir, 'disk')];
  mkdirSync(disk);
  await run(['truncate', '--size=512M', image]);
  await run(['mkfs.ext4', '-q', image]);
  // every write waits for the disk
  await run(['mount', '-o', 'loop,sync', image, disk]);
  try {
    const exporting = async (body: object) =>
      await node.api.attempt('POST', '/v1/ves/slow/export', { path: `${disk}/slow.tar.zst`, ...body });
    expect(await exporting({ timeLimit: 1 })).toMatchObject({
      state: 'failed',
      error: { code: 'time_limit', details: { kind: 've.export', target: 'slow', seconds: 1 } },
    });
    await node.api.perform('PATCH', '/v1/ves/slow', { parameters: { backuptime: 1 } });
    expect((await exporting({})).error).toMatchObject({ code: 'time_limit' });
    expect(readdirSync(disk)).toEqual(['lost+found']);
    expect(readdirSync(`${node.paths.pool}/staging`)).toEqual([]);
    expect(await node.status('slow')).toMatchObject({ state: 'running', init: ve.init, operation: null });
    await node.api.perform('PATCH', '/v1/ves/slow', { parameters: { backuptime: null } });
    expect((await exporting({ timeLimit: 600 })).state).toBe('succeeded');
  } finally {
    await run(['umount', disk]);
    rmSync(dir, { recursive: true });
  }
  await node.destroy('slow');
  expect(await node.leftovers()).toEqual([]);
});
