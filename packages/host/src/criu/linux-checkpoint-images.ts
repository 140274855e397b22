import { createHash } from 'node:crypto';
import { open, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointImages, ImageDigest } from './checkpoint-images.ts';
import { type TerminalOwner, withConsole } from './console-images.ts';

const chunkBytes = 1_048_576;

const names = {
  terminals: 'tty-info.img',
  files: 'files.img',
  descriptors: /^fdinfo-\d+\.img$/,
  pages: /^pages-\d+\.img$/,
  /** CR_PARENT_LINK of CRIU's image.h. */
  parent: 'parent',
} as const;

const pagesIn = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir)).filter((name) => names.pages.test(name)).map((name) => join(dir, name));

const digestOf = async (dir: string, name: string, sync: boolean): Promise<ImageDigest> => {
  const handle = await open(join(dir, name), 'r');
  try {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: chunkBytes })) {
      hash.update(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
    }
    if (sync) await handle.sync();
    return { name, sizeBytes, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
};

export class LinuxCheckpointImages implements CheckpointImages {
  async noteConsoleOwner(dir: string, owner: TerminalOwner): Promise<void> {
    const all = await readdir(dir);
    // nobody has a terminal open
    if (!all.includes(names.terminals)) return;
    const read = async (name: string) => await readFile(join(dir, name));
    const descriptors = all.filter((name) => names.descriptors.test(name));
    const before = {
      terminals: await read(names.terminals),
      files: await read(names.files),
      descriptors: new Map(
        await Promise.all(descriptors.map(async (name) => [name, await read(name)] as const)),
      ),
    };
    const after = withConsole(before, owner);
    const write = async (name: string, image: Buffer, old: Buffer | undefined) => {
      if (old?.equals(image) !== true) await writeFile(join(dir, name), image);
    };
    await write(names.terminals, after.terminals, before.terminals);
    await write(names.files, after.files, before.files);
    for (const [name, image] of after.descriptors) await write(name, image, before.descriptors.get(name));
  }

  async memoryBytes(dir: string): Promise<number> {
    const sizes = (await pagesIn(dir)).map(async (path) => (await stat(path)).size);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  async dropMemory(dir: string): Promise<void> {
    await Promise.all((await pagesIn(dir)).map(async (path) => await truncate(path)));
  }

  async goOnFrom(dir: string, parent: string): Promise<void> {
    const link = join(dir, names.parent);
    await rm(link, { force: true });
    await symlink(parent, link);
  }

  async seal(dir: string): Promise<readonly ImageDigest[]> {
    const names = (await readdir(dir)).sort();
    const digests = await Promise.all(names.map(async (name) => await digestOf(dir, name, true)));
    const handle = await open(dir, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    return digests;
  }

  async damage(dir: string, digests: readonly ImageDigest[]): Promise<string | null> {
    const names = new Set(await readdir(dir).catch(() => []));
    for (const wanted of digests) {
      if (!names.has(wanted.name)) return `${wanted.name} is missing`;
      const found = await digestOf(dir, wanted.name, false);
      if (found.sizeBytes !== wanted.sizeBytes)
        return `${wanted.name} has ${found.sizeBytes} bytes instead of ${wanted.sizeBytes}`;
      if (found.sha256 !== wanted.sha256) return `${wanted.name} has other content than was written`;
    }
    return null;
  }
}
