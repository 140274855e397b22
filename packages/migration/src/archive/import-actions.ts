import { fault, type Snapshot, type VeSpec } from '@insula/contract';
import { hasErrorCode, type UpperChanges } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import { volumeLimits } from '@insula/resources';
import { unpackArchive } from '@insula/templates';
import { resetIdentity, snapshotPaths, volumeStores } from '@insula/vzfs';
import type { MigrationPorts } from '../ports.ts';
import { type ArchivedTree, archivedTemplate, archivedTree, importDir } from './archive-layout.ts';
import { templateRules, treeRules } from './archive-rules.ts';

/** A template that comes with an archive, with the identity that it must have. */
export type ArrivingTemplate = { readonly name: string; readonly version: string; readonly digest: string };

type TemplateArgs = {
  readonly uuid: string;
  readonly path: string;
  readonly templates: readonly ArrivingTemplate[];
};
type FilesArgs = { readonly spec: VeSpec; readonly path: string };

/** Bytes that stay free in the pool whatever an archive holds. */
const reservedBytes = 67_108_864;

/** Steps that make a VE of an archive. Nothing in it is believed. */
export function importActions(ports: MigrationPorts) {
  const { commands, files, guestTrees, pool, upperTrees } = ports;
  const stores = volumeStores(ports);

  const room = async () => {
    const { availableBytes } = await files.fileSystem(pool.root);
    return { maxBytes: Math.max(0, availableBytes - reservedBytes) };
  };

  /** What was taken in stays, whatever becomes of the VE, as if it had been imported alone. */
  const importTemplates: StepHandler<TemplateArgs> = {
    async do({ uuid, path, templates }, context) {
      const dir = importDir(pool, uuid);
      await files.removeTree(dir);
      await files.makeDir(dir);
      const judge = templateRules(new Set(templates.map(archivedTemplate)), await room());
      const { signal } = context;
      await unpackArchive({
        commands,
        archive: path,
        into: dir,
        judge,
        exact: false,
        lock: `${dir}/lock`,
        signal,
      });
      for (const [index, template] of templates.entries()) {
        signal.throwIfAborted();
        context.progress(0.3 + (0.7 * index) / templates.length, `${template.name}@${template.version}`);
        const file = `${dir}/${archivedTemplate(template)}`;
        const refuse = (problem: string) => fault('archive_refused', { archive: path, problem });
        if (!(await files.exists(file))) throw refuse(`the template ${template.name} is missing`);
        await ports.importTemplate(file);
        const { digest } = await ports.templateOf(template);
        if (digest !== template.digest) throw refuse(`the template ${template.name} is another one`);
        await files.removeFile(file);
      }
      await files.removeTree(dir);
    },
    undo: async ({ uuid }) => await files.removeTree(importDir(pool, uuid)),
  };

  /** Its undo is that of the private area. */
  const unpackFiles: StepHandler<FilesArgs & { readonly anew: boolean }> = {
    async do({ spec, path, anew }, context) {
      const { uuid, layout } = spec;
      const { volume } = pool.privateArea(uuid);
      await stores[layout].open(volume, context);
      try {
        await unpackTree(
          { path, tree: archivedTree(null), volume, dir: pool.privateArea(uuid).dir },
          context,
        );
        if (anew) await guestTrees.within(`${volume}/upper`, resetIdentity);
      } finally {
        await stores[layout].close(volume);
      }
    },
  };

  const unpackSnapshots: StepHandler<FilesArgs & { readonly snapshots: readonly Snapshot[] }> = {
    async do({ spec, path, snapshots }, context) {
      const { uuid, layout, parameters } = spec;
      const limits = layout === 'image' ? volumeLimits(parameters) : { bytes: null, inodes: null };
      for (const snapshot of snapshots) {
        const { dir, record, volume } = snapshotPaths(pool, uuid, snapshot.name);
        await files.makeDir(dir);
        const store = stores[layout];
        await store.make(volume, limits, context);
        await store.open(volume, context);
        try {
          await files.makeDir(`${volume}/work`, { mode: 0o700 });
          await unpackTree({ path, tree: archivedTree(snapshot.name), volume, dir }, context);
        } finally {
          await store.close(volume);
        }
        await files.writeAtomic(record, `${JSON.stringify(snapshot, null, 2)}\n`);
      }
    },
  };

  /** Makes the files of an archive the changes in an open volume. */
  async function unpackTree(
    { path, tree, volume, dir }: { path: string; tree: ArchivedTree; volume: string; dir: string },
    { signal }: Pick<StepContext, 'signal'>,
  ): Promise<void> {
    const into = `${volume}/arriving`;
    await files.removeTree(into);
    await files.makeDir(into);
    const judge = treeRules(tree, await room());
    await unpackArchive({ commands, archive: path, into, judge, exact: true, lock: `${dir}/lock`, signal });
    const refuse = (problem: string) => fault('archive_refused', { archive: path, problem });
    const arrived = `${into}/${tree.files}`;
    if ((await files.stat(arrived))?.kind !== 'directory') throw refuse(`${tree.files} is missing`);
    const text = await files.readTextIfExists(`${into}/${tree.changes}`);
    const changes = text === null ? null : parseChanges(text);
    if (changes === null) throw refuse(`${tree.changes} is missing, or does not say what is gone`);
    try {
      await upperTrees.cover(arrived, changes);
    } catch (error) {
      if (!hasErrorCode(error, 'EINVAL', 'ENOENT', 'ENOTDIR', 'ELOOP', 'EXDEV', 'EEXIST')) throw error;
      throw refuse(`${tree.changes} names what is not in it`);
    }
    await files.removeTree(`${volume}/upper`);
    await files.rename(arrived, `${volume}/upper`);
    await files.removeTree(into);
    await files.removeFile(`${dir}/lock`);
  }

  return {
    'import-templates': importTemplates,
    'unpack-ve': unpackFiles,
    'unpack-snapshots': unpackSnapshots,
  };
}

/** Null when it is none. */
function parseChanges(text: string): Omit<UpperChanges, 'names'> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { removed, opaque } = (value ?? {}) as Partial<Record<'removed' | 'opaque', unknown>>;
  return isNames(removed) && isNames(opaque) ? { removed, opaque } : null;
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.every((name) => typeof name === 'string' && Buffer.from(name, 'latin1').toString('latin1') === name);
