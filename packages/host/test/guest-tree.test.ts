import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LinuxGuestTrees } from '../src/guest-tree/linux-guest-trees.ts';
import type { GuestTree } from '../src/index.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const trees = new LinuxGuestTrees();
const { makeTemporary } = temporaryDirectories();
const owner = { uid: 1_000, gid: 1_001 };

/** A tree with a secret beside it, which no path may reach. */
const makeTree = async (): Promise<{
  readonly dir: string;
  readonly root: string;
  readonly secret: string;
}> => {
  const dir = await makeTemporary();
  const root = join(dir, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(dir, 'outside'));
  writeFileSync(join(dir, 'outside', 'secret'), 'secret');
  return { dir, root, secret: join(dir, 'outside', 'secret') };
};

const within = async <T>(root: string, use: (tree: GuestTree) => Promise<T>): Promise<T> =>
  await trees.within(root, use);

test('a file is written with owner and mode, replaced, read and removed', async () => {
  const { root } = await makeTree();
  await within(root, async (tree) => {
    await tree.writeFile('/etc/hostname', 'one\n', owner);
    await tree.writeFile('etc/hostname', 'two\n', { uid: 5, gid: 6, mode: 0o4750 });
    expect(await tree.readTextIfExists('/etc/hostname')).toBe('two\n');
    expect(await tree.stat('/etc/hostname')).toEqual({
      kind: 'file',
      sizeBytes: 4,
      mode: 0o4750,
      uid: 5,
      gid: 6,
    });
    expect(await tree.list('/etc')).toEqual(['hostname']);
    await tree.removeFile('/etc/hostname');
    await tree.removeFile('/etc/hostname');
    await tree.removeFile('/none/such');
    expect(await tree.exists('/etc/hostname')).toBe(false);
    expect(await tree.readTextIfExists('/etc/hostname')).toBeNull();
    await expect(tree.readFile('/etc/hostname')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await tree.list('/none')).toEqual([]);
    expect((await tree.stat('/'))?.kind).toBe('directory');
    expect(await tree.list('')).toEqual(['etc']);
  });
});

test('directories above are made with the same owner, existing ones are left alone', async () => {
  const { root } = await makeTree();
  await within(root, async (tree) => {
    await tree.writeFile('/etc/network/interfaces.d/eth0', '', owner);
    await tree.makeDir('/etc', { ...owner, mode: 0o700 });
  });
  expect(statSync(join(root, 'etc/network/interfaces.d'))).toMatchObject(owner);
  expect(statSync(join(root, 'etc/network')).mode & 0o777).toBe(0o755);
  expect(statSync(join(root, 'etc'))).toMatchObject({ uid: 0, gid: 0 });
});

test('a symbolic link is made, replaced and read, its text not interpreted', async () => {
  const { root } = await makeTree();
  await within(root, async (tree) => {
    await tree.symlink('../../../../etc/shadow', '/etc/link', owner);
    await tree.symlink('/usr/share/zoneinfo/UTC', '/etc/link', owner);
    expect(await tree.readLink('/etc/link')).toBe('/usr/share/zoneinfo/UTC');
    expect(await tree.stat('/etc/link')).toMatchObject({ kind: 'symlink', ...owner });
    await expect(tree.symlink('x', '/etc', owner)).rejects.toMatchObject({ code: 'EINVAL' });
  });
});

test('absolute links and climbing paths lead to the root of the tree, not of the host', async () => {
  const { root, secret } = await makeTree();
  symlinkSync(secret, join(root, 'etc/absolute'));
  symlinkSync('../../../../../../../../../../../../etc/hostname', join(root, 'etc/climbing'));
  symlinkSync('/', join(root, 'etc/slash'));
  symlinkSync(join(secret, '..'), join(root, 'etc/dir'));
  writeFileSync(join(root, 'etc/hostname'), 'inside');
  await within(root, async (tree) => {
    await expect(tree.readFile('/etc/absolute')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await tree.readTextIfExists('/etc/climbing')).toBe('inside');
    expect(await tree.readTextIfExists('/../../../etc/slash/etc/hostname')).toBe('inside');
    await tree.writeFile('/etc/slash/made', 'here', owner);
    await expect(tree.writeFile('/etc/dir/secret', 'changed', owner)).rejects.toMatchObject({
      code: 'EEXIST',
    });
  });
  expect(readFileSync(join(root, 'made'), 'utf8')).toBe('here');
  expect(readFileSync(secret, 'utf8')).toBe('secret');
});

test('a link as the last part is replaced, what it points to stays', async () => {
  const { root, secret } = await makeTree();
  symlinkSync(secret, join(root, 'etc/resolv.conf'));
  await within(root, async (tree) => await tree.writeFile('/etc/resolv.conf', 'nameserver', owner));
  expect(lstatSync(join(root, 'etc/resolv.conf')).isFile()).toBe(true);
  expect(readFileSync(secret, 'utf8')).toBe('secret');
});

test('a hard link to another file of the VE is replaced, not written through', async () => {
  const { root } = await makeTree();
  writeFileSync(join(root, 'etc/shadow'), 'kept');
  linkSync(join(root, 'etc/shadow'), join(root, 'etc/hosts'));
  await within(root, async (tree) => await tree.writeFile('/etc/hosts', 'new', owner));
  expect(readFileSync(join(root, 'etc/shadow'), 'utf8')).toBe('kept');
});

test('magic links are refused', async () => {
  const { root } = await makeTree();
  symlinkSync('/proc/self/root', join(root, 'etc/proc-root'));
  execFileSync('mount', ['--bind', '/proc', join(root, 'etc')]);
  try {
    await within(root, async (tree) => {
      for (const path of ['/etc/self/root/etc/passwd', '/etc/self/exe', `/etc/${process.pid}/cwd/x`]) {
        await expect(tree.readFile(path), path).rejects.toMatchObject({ code: 'ELOOP' });
      }
    });
  } finally {
    execFileSync('umount', [join(root, 'etc')]);
  }
});

test('what is no regular file is neither read nor replaced', async () => {
  const { root } = await makeTree();
  execFileSync('mkfifo', [join(root, 'etc/fifo')]);
  execFileSync('mknod', [join(root, 'etc/device'), 'c', '1', '5']);
  await within(root, async (tree) => {
    for (const path of ['/etc/fifo', '/etc/device', '/etc']) {
      await expect(tree.readFile(path), path).rejects.toMatchObject({ code: 'EINVAL' });
      await expect(tree.writeFile(path, '', owner), path).rejects.toMatchObject({ code: 'EINVAL' });
    }
    for (const path of ['/', '', '/etc/..', '/etc/.', 'a\0b']) {
      await expect(tree.writeFile(path, '', owner), path).rejects.toMatchObject({ code: 'EINVAL' });
    }
  });
});

test('a file longer than allowed is not read', async () => {
  const { root } = await makeTree();
  writeFileSync(join(root, 'etc/big'), Buffer.alloc(2_000));
  execFileSync('truncate', ['-s', '1T', join(root, 'etc/huge')]);
  await within(root, async (tree) => {
    expect(await tree.readFile('/etc/big', { maxBytes: 2_000 })).toHaveLength(2_000);
    await expect(tree.readFile('/etc/big', { maxBytes: 1_999 })).rejects.toMatchObject({ code: 'EFBIG' });
    await expect(tree.readFile('/etc/huge')).rejects.toMatchObject({ code: 'EFBIG' });
  });
});

test('a tree that is renamed meanwhile stays the tree that was opened', async () => {
  const { dir, root } = await makeTree();
  await within(root, async (tree) => {
    renameSync(root, join(dir, 'moved'));
    symlinkSync(join(dir, 'outside'), root);
    await tree.writeFile('/etc/file', 'x', owner);
  });
  expect(existsSync(join(dir, 'moved/etc/file'))).toBe(true);
  expect(readdirSync(join(dir, 'outside'))).toEqual(['secret']);
});

test('a directory that keeps being swapped for a link outwards never leads there', async () => {
  const { dir, root } = await makeTree();
  mkdirSync(join(root, 'victim'));
  const swapper = `while :; do mv -T "$1/root/victim" "$1/root/aside" && ln -s "$1/outside" "$1/root/victim" &&
    rm "$1/root/victim" && mv -T "$1/root/aside" "$1/root/victim"; done 2>/dev/null`;
  const attacker = spawn('sh', ['-c', swapper, 'sh', dir], { stdio: 'ignore' });
  await within(root, async (tree) => {
    for (let round = 0; round < 400; round += 1) {
      await tree.writeFile('/victim/file', 'x', owner).catch(() => undefined);
      await tree.readFile('/victim/secret').then(
        () => expect.fail('read the secret'),
        () => undefined,
      );
    }
  });
  attacker.kill('SIGKILL');
  await new Promise((resolve) => attacker.once('close', resolve));
  expect(readdirSync(join(dir, 'outside'))).toEqual(['secret']);
});

test('whatever links a VE makes, nothing outside is read or changed', async () => {
  const { dir, root, secret } = await makeTree();
  const part = fc.constantFrom('a', 'b', '..', '.', 'c');
  const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
  const target = fc.oneof(
    path,
    path.map((text) => `/${text}`),
    fc.constant(secret),
    fc.constant('../../outside/secret'),
    fc.constant('/proc/self/root/etc'),
    path.map((text) => `../../../../../../${dir}/outside/${text}`),
  );
  const links = fc.array(fc.record({ target, at: path }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(links, path, async (made, tried) => {
      rmSync(root, { recursive: true, force: true });
      mkdirSync(join(root, 'a'), { recursive: true });
      await within(root, async (tree) => {
        for (const link of made) await tree.symlink(link.target, link.at, owner).catch(() => undefined);
        for (const name of [tried, `${tried}/secret`, 'a/b/c/secret']) {
          const text = await tree.readTextIfExists(name).catch(() => null);
          expect(text).not.toBe('secret');
          await tree.writeFile(name, 'changed', owner).catch(() => undefined);
          await tree.makeDir(`${name}/made`, owner).catch(() => undefined);
          await tree.removeFile(name).catch(() => undefined);
        }
      });
      expect(readFileSync(secret, 'utf8')).toBe('secret');
      expect(readdirSync(join(dir, 'outside'))).toEqual(['secret']);
      expect(readdirSync(dir).sort()).toEqual(['outside', 'root']);
    }),
    { numRuns: 150 },
  );
});
