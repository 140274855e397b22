import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createLinuxHost, type TreeEntry } from '@insula/host';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PoolLayout, poolLayout, sealLayer } from '../src/index.ts';
import { collectGarbage } from '../src/store/collect-garbage.ts';
import { measureStore } from '../src/store/measure-store.ts';
import { objectPath } from '../src/store/object-paths.ts';
import { verifyStore } from '../src/store/verify-store.ts';

const host = createLinuxHost({ runcRoot: '/nonexistent' });
const options = { signal: new AbortController().signal, progress: () => undefined };
let dir: string;
let pool: PoolLayout;

beforeEach(() => {
  dir = mkdtempSync('/var/tmp/insula-seal-');
  pool = poolLayout(`${dir}/pool`);
  for (const path of [pool.objects, pool.layers, `${dir}/merged`, `${dir}/area/upper`, `${dir}/area/work`]) {
    mkdirSync(path, { recursive: true });
  }
});

afterEach(async () => {
  await host.mounts.unmount(`${dir}/merged`);
  rmSync(dir, { recursive: true, force: true });
});

/** A tree with everything that a file system can hold. */
function makeTree(root: string): void {
  mkdirSync(`${root}/etc/deep`, { recursive: true });
  writeFileSync(`${root}/etc/passwd`, 'root:x:0:0::/root:/bin/sh\n', { mode: 0o644 });
  writeFileSync(`${root}/etc/empty`, '');
  writeFileSync(`${root}/etc/deep/copy`, 'root:x:0:0::/root:/bin/sh\n', { mode: 0o600 });
  writeFileSync(`${root}/setuid`, 'a program', { mode: 0o755 });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x0a, 0x2d])]), 'no utf-8');
  writeFileSync(`${root}/big`, Buffer.alloc(3_000_000, 'x'));
  const run = (command: string, ...args: readonly string[]) => execFileSync(command, args, { cwd: root });
  run('chown', '33:44', 'etc/passwd');
  run('chmod', '4755', 'setuid');
  run('setcap', 'cap_net_raw+ep', 'big');
  run('setfattr', '-n', 'user.note', '-v', 'hello', 'etc/passwd');
  run('setfacl', '-m', 'u:12:r', 'etc/deep/copy');
  run('truncate', '--size', '5M', 'sparse');
  run('ln', 'setuid', 'etc/setuid-again');
  run('ln', '-s', '../../outside', 'etc/link');
  run('mknod', 'etc/null', 'c', '1', '3');
  run('mkfifo', 'etc/fifo');
  run('touch', '--date', '2001-02-03 04:05:06.789012345', 'etc/passwd', 'etc/deep', 'etc');
}

async function seal(name: string, make: (root: string) => void = makeTree) {
  const layer = `${dir}/staging-${name}`;
  mkdirSync(`${layer}/root`, { recursive: true });
  make(`${layer}/root`);
  const before = await host.trees.list(`${layer}/root`);
  const sealed = await sealLayer({ ...host, pool }, layer, options);
  await host.files.rename(layer, `${pool.layers}/${name}`);
  return { before, sealed, root: `${pool.layers}/${name}/root` };
}

/** What must not change, in a form that shows differences. Hard links are compared as "has the same data as". */
function exact(entries: readonly TreeEntry[]): readonly unknown[] {
  return entries
    .filter(({ path }) => path.length > 0)
    .map(({ inode, allocatedBytes: _allocated, changedNs: _changed, path, xattrs, ...entry }) => ({
      ...entry,
      path: path.toString('latin1'),
      xattrs: xattrs.map(({ name, value }) => `${name}=${value.toString('hex')}`),
      firstName: entries.find((other) => other.inode === inode)?.path.toString('latin1'),
      ...(entry.kind === 'directory' ? { links: 0 } : {}),
    }));
}

test('a sealed layer shows exactly the tree that it was made from', async () => {
  const { before, root } = await seal('a@1');
  const { merged, upper, work } = {
    merged: `${dir}/merged`,
    upper: `${dir}/area/upper`,
    work: `${dir}/area/work`,
  };
  await host.mounts.overlay({ layers: [root], dataLayers: [pool.objects], upper, work, target: merged });
  expect(exact(await host.trees.list(merged))).toEqual(exact(before));
  expect(readFileSync(`${merged}/etc/passwd`, 'utf8')).toBe('root:x:0:0::/root:/bin/sh\n');
  expect(readFileSync(`${merged}/big`).equals(Buffer.alloc(3_000_000, 'x'))).toBe(true);
  expect(readFileSync(`${merged}/sparse`).equals(Buffer.alloc(5_242_880))).toBe(true);
});

test('equal files are stored once, also over layers', async () => {
  const first = await seal('a@1');
  expect(first.sealed.newBytes).toBeLessThan(first.sealed.bytes);
  const second = await seal('b@1');
  expect(second.sealed.newBytes).toBe(0);
  const use = await measureStore({ ...host, pool }, []);
  expect(use.logicalBytes).toBe(2 * first.sealed.bytes);
  expect(use.storedBytes).toBe(first.sealed.newBytes);
});

test('objects are found damaged when a byte, a size or the file has changed', async () => {
  await seal('a@1');
  const intact = await verifyStore({ ...host, pool }, options);
  expect(intact.damaged).toEqual([]);
  const digestOf = async (content: string) => {
    writeFileSync(`${dir}/probe`, content);
    return await host.trees.digestFile(`${dir}/probe`);
  };
  const program = await digestOf('a program');
  const odd = await digestOf('no utf-8');
  const passwd = await digestOf('root:x:0:0::/root:/bin/sh\n');
  writeFileSync(objectPath(pool, program), 'a pr0gram');
  writeFileSync(objectPath(pool, odd), 'short');
  rmSync(objectPath(pool, passwd));
  const { damaged } = await verifyStore({ ...host, pool }, options);
  expect(Object.fromEntries(damaged.map(({ digest, problem }) => [digest, problem]))).toEqual({
    [program]: 'has other content than its name says',
    [odd]: 'has 5 bytes instead of 8',
    [passwd]: 'is missing',
  });
  expect(damaged.every(({ layers }) => layers.join() === 'a@1')).toBe(true);
});

test('garbage is what no layer needs and no build may count on', async () => {
  await seal('a@1');
  writeFileSync(`${dir}/unneeded`, 'nobody needs me');
  const digest = await host.trees.digestFile(`${dir}/unneeded`);
  mkdirSync(`${pool.objects}/${digest.slice(0, 2)}`, { recursive: true });
  await host.trees.rename(`${dir}/unneeded`, objectPath(pool, digest));
  const now = Date.now();
  expect(await collectGarbage({ ...host, pool, plansUnderWay: () => [] }, { ...options, now })).toMatchObject(
    { removed: 0 },
  );
  const later = await collectGarbage(
    { ...host, pool, plansUnderWay: () => [] },
    { ...options, now: now + 2 * 86_400_000 },
  );
  expect(later).toMatchObject({ removed: 1, removedBytes: 15 });
  expect((await verifyStore({ ...host, pool }, options)).damaged).toEqual([]);
});

test('a layer that only an operation under way knows of is there for its undo', async () => {
  const digest = 'ab'.repeat(32);
  mkdirSync(`${pool.ownLayers}/${digest}`, { recursive: true });
  const collect = async (...plans: readonly string[]) =>
    await collectGarbage(
      { ...host, pool, plansUnderWay: () => plans },
      { ...options, now: Date.now() + 2 * 86_400_000 },
    );
  const plan = JSON.stringify([{ action: 'write-spec', args: { before: { layers: [`sha256:${digest}`] } } }]);
  expect(await collect(plan)).toMatchObject({ removedLayers: 0 });
  expect(await collect()).toMatchObject({ removedLayers: 1 });
});
