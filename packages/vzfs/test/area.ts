import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createLinuxHost, type DiskImage, type TreeEntry } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { layersAfter, layersOf, type PoolLayout, poolLayout, sealLayer } from '../src/index.ts';
import { ownLayerActions } from '../src/own-layers/own-layer-actions.ts';

export const host = createLinuxHost({ runcRoot: '/nonexistent' });

export const context: StepContext = {
  operationId: 'op',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};

const template = { name: 'base', version: '1' };

/** A pool of its own with VEs' private areas in folders, and their roots where they can be looked at. */
export class TestPool {
  readonly dir = mkdtempSync('/var/tmp/insula-area-');
  readonly pool: PoolLayout = poolLayout(`${this.dir}/pool`);
  readonly actions = ownLayerActions({ ...host, pool: this.pool });
  /** Layers of their own that VEs have, by their UUID. */
  readonly layers = new Map<string, string[]>();

  #image: DiskImage | undefined;

  constructor() {
    this.#makeFolders();
  }

  #makeFolders(): void {
    for (const path of [this.pool.objects, this.pool.layers, this.pool.privateAreas, this.pool.staging])
      mkdirSync(path, { recursive: true });
  }

  /** A pool on a file system of its own. */
  static async onImage(sizeBytes: number): Promise<TestPool> {
    const made = new TestPool();
    made.#image = { path: `${made.dir}/pool.img`, fileSystem: 'ext4' };
    await host.diskImages.make(made.#image.path, { sizeBytes, fileSystem: 'ext4' });
    await made.#mountImage(made.#image);
    made.#makeFolders();
    return made;
  }

  /**
   * The file system of the pool ends at this moment, with nothing written that was not yet, and is mounted anew (EXT4_IOC_SHUTDOWN with
   * EXT4_GOING_FLAGS_NOLOGFLUSH: fs/ext4/ioctl.c).
   */
  async powerCut(): Promise<void> {
    if (this.#image === undefined) throw new Error('the pool has no file system of its own');
    const script =
      'open(F, "<", $ARGV[0]) or die; my $flags = pack("L", 2); ioctl(F, 0x8004587d, $flags) or die "$!"';
    execFileSync('perl', ['-e', script, this.pool.root]);
    await this.#unmountWhenIdle();
    await this.#mountImage(this.#image);
    for (const uuid of this.layers.keys()) {
      const text = readFileSync(this.pool.privateArea(uuid).spec, 'utf8');
      this.layers.set(uuid, (JSON.parse(text) as { readonly layers: string[] }).layers);
    }
  }

  /**
   * Without discard: a journal that was cut off still discards the blocks of files whose removal it has not written
   * (ext4_journal_commit_callback, fs/ext4/super.c), which are there again then, and zeros. A machine without power does not.
   */
  async #mountImage(image: DiskImage): Promise<void> {
    await host.diskImages.mount(image, this.pool.root);
    execFileSync('mount', ['-o', 'remount,nodiscard', this.pool.root]);
  }

  /**
   * What was under way fails soon, and lets go. Whoever makes a mount namespace at this moment has the file system for a moment, too:
   * mounted while its loop device is there, it would be the one whose power went.
   */
  async #unmountWhenIdle(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await host.mounts.unmount(this.pool.root);
        if (!isAttached(this.#image?.path ?? '')) return;
        throw new Error('the file system is still held');
      } catch (error) {
        if (tries === 500) throw error;
        await delay(10);
      }
    }
  }

  /** Everything is on the disk. */
  async settle(): Promise<void> {
    for (const [uuid, layers] of this.layers) await this.#writeSpec(uuid, layers);
    await host.trees.sync(this.pool.root);
  }

  async #writeSpec(uuid: string, layers: readonly string[]): Promise<void> {
    await host.files.writeAtomic(this.pool.privateArea(uuid).spec, JSON.stringify({ layers }));
  }

  async makeTemplate(make: (root: string) => void): Promise<void> {
    const staged = `${this.pool.staging}/template`;
    mkdirSync(`${staged}/root`, { recursive: true });
    make(`${staged}/root`);
    await sealLayer({ ...host, pool: this.pool }, staged, context);
    await host.files.rename(staged, this.pool.layer(template.name, template.version).dir);
  }

  make(uuid: string): void {
    const { upper, work } = this.pool.privateArea(uuid);
    mkdirSync(upper, { recursive: true, mode: 0o755 });
    mkdirSync(work);
    mkdirSync(this.rootOf(uuid));
    this.layers.set(uuid, []);
  }

  rootOf(uuid: string): string {
    return `${this.dir}/root-${uuid}`;
  }

  /** Calls `use` while the root of a VE is mounted as it is for the VE. */
  async mounted<Result>(uuid: string, use: (root: string) => Promise<Result> | Result): Promise<Result> {
    const { upper, work } = this.pool.privateArea(uuid);
    const target = this.rootOf(uuid);
    const layers = layersOf({ layers: this.layers.get(uuid) ?? [], template });
    await host.mounts.overlay({
      layers: layers.map((layer) => this.pool.layerOf(layer).root),
      dataLayers: [this.pool.objects],
      upper,
      work,
      target,
    });
    try {
      return await use(target);
    } finally {
      await host.mounts.unmount(target);
    }
  }

  /** What the daemon does, without its journal. */
  async optimize(
    uuids: readonly string[],
    roomBytes: number | null = null,
    options: { readonly lenient?: boolean } = {},
  ): Promise<void> {
    for (const step of this.steps(uuids, roomBytes, options)) await step();
  }

  /** The steps of an optimization, one by one. */
  steps(
    uuids: readonly string[],
    roomBytes: number | null = null,
    { lenient = false }: { readonly lenient?: boolean } = {},
  ): readonly (() => Promise<void>)[] {
    const { actions } = this;
    const layout = 'plain';
    return [
      ...uuids.map(
        (uuid) => async () => await actions['read-changes'].do({ uuid, layout, lenient }, context),
      ),
      async () => await actions['find-equal-files'].do({ uuids }, context),
      ...uuids.flatMap((uuid) => [
        async () => {
          const layers = this.layers.get(uuid) ?? [];
          await actions['make-own-layer'].do({ uuid, layout, layers, roomBytes, lenient }, context);
        },
        async () => await actions['publish-own-layer'].do({ uuid, lenient }, context),
        async () => await this.adopt(uuid),
        async () => await actions['leave-to-layer'].do({ uuid, layout, lenient }, context),
      ]),
      async () => await actions['drop-relocations'].do({}, context),
    ];
  }

  async adopt(uuid: string): Promise<void> {
    const layers = await layersAfter({ ...host, pool: this.pool }, context.operationId, uuid);
    if (layers === null) return;
    await this.#writeSpec(uuid, layers);
    this.layers.set(uuid, [...layers]);
  }

  async dispose(): Promise<void> {
    for (const uuid of this.layers.keys()) await host.mounts.unmount(this.rootOf(uuid));
    if (this.#image !== undefined) await host.mounts.unmount(this.pool.root, { detach: true });
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** What must not change of a tree, in a form that shows differences. Hard links are compared as "has the same data as". */
export async function exact(root: string): Promise<readonly unknown[]> {
  const entries = await host.trees.list(root);
  const digests = new Map<bigint, string>();
  for (const { kind, inode, path } of entries)
    if (kind === 'file' && !digests.has(inode)) digests.set(inode, await host.trees.digest(root, path));
  return entries.map((entry) => shown(entry, entries, digests));
}

function shown(entry: TreeEntry, entries: readonly TreeEntry[], digests: ReadonlyMap<bigint, string>) {
  const { inode, allocatedBytes: _allocated, changedNs: _changed, path, xattrs, ...rest } = entry;
  return {
    ...rest,
    path: path.toString('latin1'),
    xattrs: xattrs.map(({ name, value }) => `${name}=${value.toString('hex')}`),
    firstName: entries.find((other) => other.inode === inode)?.path.toString('latin1'),
    digest: digests.get(inode),
    ...(entry.kind === 'directory' ? { links: 0 } : {}),
  };
}

/** Whether a loop device stands for a file. */
const isAttached = (path: string): boolean =>
  execFileSync('losetup', ['--associated', path], { encoding: 'utf8' }) !== '';
