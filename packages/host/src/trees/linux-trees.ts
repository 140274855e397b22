import { chmod, lchown, link, mkdir, open, rename, symlink, unlink } from 'node:fs/promises';
import type { CommandRunner } from '../commands/command-runner.ts';
import {
  listAttributes,
  removeAttribute,
  setAttribute,
  setModifiedTime,
} from '../syscalls/attribute-calls.ts';
import { makeSpecial } from '../syscalls/special-file-calls.ts';
import { copyContent, digestOf, overwriteContent, sameContent } from './file-content.ts';
import { listTree } from './list-tree.ts';
import { atName } from './name-below.ts';
import type { Stub, TreeEntry, Trees } from './trees.ts';

/** Trees through the ordinary file calls, with paths as bytes. */
export class LinuxTrees implements Trees {
  readonly #commands: CommandRunner;

  constructor({ commands }: { readonly commands: CommandRunner }) {
    this.#commands = commands;
  }

  async list(root: string, options: { readonly signal?: AbortSignal } = {}): Promise<readonly TreeEntry[]> {
    return await listTree(root, options);
  }

  async digest(root: string, path: Buffer, options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    return await atName(root, path, async (full) => await digestOf(full, options));
  }

  async digestFile(path: string): Promise<string> {
    return await digestOf(Buffer.from(path));
  }

  async copyOut(root: string, path: Buffer, to: string): Promise<void> {
    await atName(root, path, async (full) => await copyContent(full, to));
    await lchown(to, 0, 0);
    await chmod(to, 0o400);
  }

  async holdsSame(
    root: string,
    path: Buffer,
    other: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<boolean> {
    return await atName(root, path, async (full) => await sameContent(full, Buffer.from(other), options));
  }

  async moveOut(root: string, path: Buffer, object: string): Promise<void> {
    await atName(root, path, async (full) => {
      for (const name of listAttributes(full)) removeAttribute(full, name);
      await lchown(full, 0, 0);
      await chmod(full, 0o400);
      await rename(full, object);
    });
  }

  async removeName(root: string, path: Buffer): Promise<void> {
    await atName(root, path, unlink);
  }

  async make(root: string, entry: Parameters<Trees['make']>[1]): Promise<void> {
    const { kind, target } = entry;
    if (entry.path.length === 0) await mkdir(root, 0o700);
    await atName(root, entry.path, async (full) => {
      if (kind === 'directory') {
        if (entry.path.length > 0) await mkdir(full, 0o700);
      } else if (kind === 'symlink') await symlink(target ?? '', full);
      else if (kind === 'file') await (await open(full, 'wx', 0o600)).close();
      else makeSpecial(full, kind, entry.device);
      await lchown(full, entry.uid, entry.gid);
      // changing the owner takes setuid bits away; a link has no mode of its own
      if (kind !== 'symlink') await chmod(full, entry.mode);
      for (const { name, value } of entry.xattrs) setAttribute(full, name, value);
      setModifiedTime(full, entry.modifiedNs);
    });
  }

  async writeStub(root: string, { entry, redirect }: Stub): Promise<void> {
    await atName(root, entry.path, async (full) => {
      const file = await open(full, 'wx', 0o600);
      try {
        await file.truncate(entry.size);
        // changing the owner takes setuid bits and capabilities away: they come after
        await file.chown(entry.uid, entry.gid);
        await file.chmod(entry.mode);
      } finally {
        await file.close();
      }
      for (const { name, value } of entry.xattrs) setAttribute(full, name, value);
      setAttribute(full, 'trusted.overlay.metacopy', Buffer.alloc(0));
      setAttribute(full, 'trusted.overlay.redirect', Buffer.from(redirect));
      setModifiedTime(full, entry.modifiedNs);
    });
  }

  async link(root: string, from: Buffer, to: Buffer): Promise<void> {
    await atName(
      root,
      from,
      async (source) => await atName(root, to, async (full) => await link(source, full)),
    );
  }

  async setModified(root: string, path: Buffer, modifiedNs: bigint): Promise<void> {
    await atName(root, path, async (full) => setModifiedTime(full, modifiedNs));
  }

  async removeAttribute(root: string, path: Buffer, name: string): Promise<void> {
    await atName(root, path, async (full) => {
      if (listAttributes(full).includes(name)) removeAttribute(full, name);
    });
  }

  async overwrite(from: string, to: string): Promise<void> {
    await overwriteContent(from, to);
  }

  async touch(path: string): Promise<void> {
    setModifiedTime(Buffer.from(path), BigInt(Date.now()) * 1_000_000n);
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(from, to);
  }

  async sync(path: string): Promise<void> {
    await this.#commands.run(['sync', '--file-system', path]);
  }
}
