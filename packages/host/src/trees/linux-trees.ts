import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, lchown, link, mkdir, open, rename, symlink, unlink } from 'node:fs/promises';
import type { CommandRunner } from '../commands/command-runner.ts';
import {
  listAttributes,
  removeAttribute,
  setAttribute,
  setModifiedTime,
} from '../syscalls/attribute-calls.ts';
import { makeSpecial } from '../syscalls/special-file-calls.ts';
import { listTree } from './list-tree.ts';
import type { Stub, TreeEntry, Trees } from './trees.ts';

/** Files up to this size are hashed in one go. */
const wholeFileBytes = 1_048_576;

const slash = Buffer.from('/');

/** Trees through the ordinary file calls, with paths as bytes. */
export class LinuxTrees implements Trees {
  readonly #commands: CommandRunner;

  constructor({ commands }: { readonly commands: CommandRunner }) {
    this.#commands = commands;
  }

  async list(root: string, options: { readonly signal?: AbortSignal } = {}): Promise<readonly TreeEntry[]> {
    return await listTree(root, options);
  }

  async digest(root: string, path: Buffer): Promise<string> {
    return await digestAt(join(root, path));
  }

  async digestFile(path: string): Promise<string> {
    return await digestAt(Buffer.from(path));
  }

  async moveOut(root: string, path: Buffer, object: string): Promise<void> {
    const full = join(root, path);
    for (const name of listAttributes(full)) removeAttribute(full, name);
    await lchown(full, 0, 0);
    await chmod(full, 0o400);
    await rename(full, object);
  }

  async removeName(root: string, path: Buffer): Promise<void> {
    await unlink(join(root, path));
  }

  async make(root: string, entry: Parameters<Trees['make']>[1]): Promise<void> {
    const full = join(root, entry.path);
    const { kind, target } = entry;
    if (kind === 'directory') await mkdir(full, 0o700);
    else if (kind === 'symlink') await symlink(target ?? '', full);
    else if (kind === 'file') await (await open(full, 'wx', 0o600)).close();
    else makeSpecial(full, kind, entry.device);
    await lchown(full, entry.uid, entry.gid);
    // changing the owner takes setuid bits away; a link has no mode of its own
    if (kind !== 'symlink') await chmod(full, entry.mode);
    for (const { name, value } of entry.xattrs) setAttribute(full, name, value);
    setModifiedTime(full, entry.modifiedNs);
  }

  async writeStub(root: string, { entry, redirect }: Stub): Promise<void> {
    const full = join(root, entry.path);
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
  }

  async link(root: string, from: Buffer, to: Buffer): Promise<void> {
    await link(join(root, from), join(root, to));
  }

  async setModified(root: string, path: Buffer, modifiedNs: bigint): Promise<void> {
    setModifiedTime(join(root, path), modifiedNs);
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(from, to);
  }

  async sync(path: string): Promise<void> {
    await this.#commands.run(['sync', '--file-system', path]);
  }
}

const join = (root: string, path: Buffer): Buffer =>
  path.length === 0 ? Buffer.from(root) : Buffer.concat([Buffer.from(root), slash, path]);

async function digestAt(full: Buffer): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(full, 'r');
  try {
    const { size } = await file.stat();
    if (size <= wholeFileBytes) return hash.update(await file.readFile()).digest('hex');
    for await (const chunk of createReadStream('', {
      fd: file,
      autoClose: false,
      highWaterMark: wholeFileBytes,
    })) {
      hash.update(chunk as Buffer);
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
