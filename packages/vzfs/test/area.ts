import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createLinuxHost, type TreeEntry } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { layersOf, type PoolLayout, poolLayout, sealLayer } from '../src/index.ts';
import { ownLayerActions } from '../src/own-layers/own-layer-actions.ts';
import { readRelocation, relocationPaths } from '../src/own-layers/relocation.ts';

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

  constructor() {
    for (const path of [this.pool.objects, this.pool.layers, this.pool.privateAreas, this.pool.staging])
      mkdirSync(path, { recursive: true });
  }

  async makeTemplate(make: (root: string) => void): Promise<void> {
    const staged = `${this.dir}/template`;
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
  async optimize(uuids: readonly string[], roomBytes: number | null = null): Promise<void> {
    const { actions } = this;
    for (const uuid of uuids) await actions['read-changes'].do({ uuid, layout: 'plain' }, context);
    await actions['find-equal-files'].do({ uuids }, context);
    for (const uuid of uuids) {
      const layers = this.layers.get(uuid) ?? [];
      await actions['make-own-layer'].do({ uuid, layout: 'plain', layers, roomBytes }, context);
      await actions['publish-own-layer'].do({ uuid }, context);
      await this.adopt(uuid);
      await actions['leave-to-layer'].do({ uuid, layout: 'plain' }, context);
    }
    await actions['drop-relocations'].do({}, context);
  }

  async adopt(uuid: string): Promise<void> {
    const relocation = await readRelocation(host, relocationPaths(this.pool, context.operationId, uuid));
    this.layers.set(uuid, [...relocation.layers]);
    writeFileSync(this.pool.privateArea(uuid).spec, JSON.stringify({ layers: relocation.layers }));
  }

  async dispose(): Promise<void> {
    for (const uuid of this.layers.keys()) await host.mounts.unmount(this.rootOf(uuid));
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
