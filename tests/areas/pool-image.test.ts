import { execFileSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TestNode } from '../harness/index.ts';
import { nodePaths } from '../harness/node-config.ts';

const typeOf = (path: string) => execFileSync('stat', ['-f', '-c', '%T', path], { encoding: 'utf8' }).trim();

test('a node makes the file system of its pool where it is told to, and finds it again', async () => {
  const node = new TestNode({ templates: [] });
  const { dir } = nodePaths(node.tag);
  const poolImage = { path: `${dir}/pool.img`, sizeBytes: 2_147_483_648 };
  Object.assign(node.config, { poolImage });
  await node.make();
  expect(typeOf(node.paths.pool)).toBe('btrfs');
  const { size, blocks } = statSync(poolImage.path);
  expect(size).toBe(poolImage.sizeBytes);
  expect(blocks * 512).toBeLessThan(200_000_000);
  writeFileSync(`${node.paths.pool}/mark`, 'kept');
  await node.restart();
  expect(typeOf(node.paths.pool)).toBe('btrfs');
  await node.stop();
  execFileSync('umount', [node.paths.pool]);
  expect(existsSync(`${node.paths.pool}/mark`)).toBe(false);
  await node.start();
  expect(existsSync(`${node.paths.pool}/mark`)).toBe(true);
  // an unfinished image is made anew, files in the way are not hidden
  await node.stop();
  execFileSync('umount', [node.paths.pool]);
  writeFileSync(`${node.paths.pool}/in-the-way`, '');
  await expect(node.start()).rejects.toThrow(/in-the-way/);
  await node.dispose();
});
