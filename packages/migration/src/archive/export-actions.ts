import { fault, type Snapshot, type VeArchive, type VeArchiveHead, type VeSpec } from '@insula/contract';
import { CommandFailed, type UpperChanges } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import { isolated } from '@insula/templates';
import {
  areaChanges,
  type LayerReference,
  layersOf,
  mountView,
  removeVolume,
  snapshotPaths,
  volumeStores,
} from '@insula/vzfs';
import type { MigrationPorts } from '../ports.ts';
import {
  type ArchivedTree,
  archivedTemplate,
  archivedTree,
  exportDir,
  headFile,
  partialFile,
} from './archive-layout.ts';

type CopyArgs = { readonly uuid: string; readonly layout: VeSpec['layout'] };
export type WriteArchiveArgs = {
  readonly spec: VeSpec;
  readonly path: string;
  /** Whether a copy of the volume was made, since the VE runs. */
  readonly isCopied: boolean;
  readonly templates: VeArchiveHead['templates'];
  readonly snapshots: readonly Snapshot[];
};

/** A volume that is exported, and where it shows. */
interface ExportedTree {
  readonly tree: ArchivedTree;
  readonly volume: string;
  readonly layout: VeSpec['layout'];
  readonly layers: readonly LayerReference[];
}

/** Steps that write a VE to a file. */
export function exportActions(ports: MigrationPorts) {
  const { commands, files, mounts, pool } = ports;
  const stores = volumeStores(ports);
  const copyOf = (uuid: string) => `${exportDir(pool, uuid)}/volume`;

  /** The files of a VE that runs as they are at one moment. */
  const copyForExport: StepHandler<CopyArgs> = {
    async do({ uuid, layout }, { signal }) {
      await files.makeDir(exportDir(pool, uuid));
      await stores[layout].copy(pool.privateArea(uuid).volume, copyOf(uuid), { signal });
    },
    async undo({ uuid, layout }) {
      await stores[layout].release(pool.privateArea(uuid).volume);
      await dropCopy(uuid);
    },
  };

  async function dropCopy(uuid: string): Promise<void> {
    await removeVolume(ports, copyOf(uuid));
    await files.removeTree(exportDir(pool, uuid));
  }

  function treesOf({ spec, isCopied, snapshots }: WriteArchiveArgs): readonly ExportedTree[] {
    const { uuid, layout } = spec;
    const volume = isCopied ? copyOf(uuid) : pool.privateArea(uuid).volume;
    return [
      { tree: archivedTree(null), volume, layout, layers: layersOf(spec) },
      ...snapshots.map((snapshot) => ({
        tree: archivedTree(snapshot.name),
        volume: snapshotPaths(pool, uuid, snapshot.name).volume,
        layout: snapshot.layout,
        layers: layersOf(snapshot),
      })),
    ];
  }

  const writeArchive: StepHandler<WriteArchiveArgs> = {
    async do(args, context) {
      const { spec, path, templates, snapshots } = args;
      const dir = exportDir(pool, spec.uuid);
      if (await files.exists(path))
        throw fault('invalid_input', { field: 'path', problem: `${path} exists already` });
      await files.makeDir(`${dir}/templates`);
      const included = templates.filter((template) => template.included);
      for (const template of included) {
        await files.removeFile(`${dir}/${archivedTemplate(template)}`);
        await ports.exportTemplate(template, `${dir}/${archivedTemplate(template)}`);
      }
      const names = [headFile, ...included.map(archivedTemplate)];
      for (const exported of treesOf(args)) names.push(...(await show(dir, exported, context)));
      const head: VeArchiveHead = {
        format: 1,
        exportedAt: new Date().toISOString(),
        node: ports.config.name,
        // what the VE has in layers of its own is among its files
        spec: { ...spec, layers: [] },
        templates: [...templates],
        // nor does the memory of a checkpoint travel: what arrives is a snapshot
        snapshots: snapshots.map(({ processes: _processes, ...snapshot }) => ({ ...snapshot, layers: [] })),
      };
      await files.writeAtomic(`${dir}/${headFile}`, JSON.stringify(head, null, 2), { durable: false });
      await pack(dir, names, path, context);
      await hide(args);
      await dropCopy(spec.uuid);
      const result: VeArchive = {
        ve: spec.name,
        path,
        bytes: (await files.stat(path))?.sizeBytes ?? 0,
        templates: included.map(({ name, version }) => `${name}@${version}`),
        snapshots: snapshots.map(({ name }) => name),
      };
      context.output(result);
    },
    async undo(args) {
      await files.removeFile(partialFile(args.path));
      await hide(args);
      const dir = exportDir(pool, args.spec.uuid);
      if (!args.isCopied) return await files.removeTree(dir);
      // the copy is the other step's
      for (const { name } of await files.list(dir))
        if (!name.startsWith('volume')) await files.removeTree(`${dir}/${name}`);
    },
  };

  /** Mounts a tree where it is packed from. @returns the names that are packed of it */
  async function show(
    dir: string,
    { tree, volume, layout, layers }: ExportedTree,
    { signal }: StepContext,
  ): Promise<readonly string[]> {
    await stores[layout].open(volume, { signal });
    const target = `${dir}/${tree.files}`;
    await files.makeDir(target, { mode: 0o755 });
    const view = { upper: `${volume}/upper`, layers, target };
    if (!(await mounts.isMounted(target))) await mountView(ports, view);
    const { names, removed, opaque } = await areaChanges(ports, view, { signal });
    const changes: Omit<UpperChanges, 'names'> = { removed, opaque };
    await files.writeAtomic(`${dir}/${tree.changes}`, JSON.stringify(changes), { durable: false });
    return [tree.changes, ...names.map((name) => (name === '.' ? tree.files : `${tree.files}/${name}`))];
  }

  async function hide(args: WriteArchiveArgs): Promise<void> {
    const dir = exportDir(pool, args.spec.uuid);
    for (const { tree, volume, layout } of treesOf(args)) {
      await mounts.unmount(`${dir}/${tree.files}`);
      await stores[layout].close(volume);
    }
  }

  async function pack(
    dir: string,
    names: readonly string[],
    path: string,
    context: StepContext,
  ): Promise<void> {
    const { signal } = context;
    await files.writeAtomic(`${dir}/list`, Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1'), {
      durable: false,
    });
    await files.removeFile(partialFile(path));
    const running = await commands.start(isolated(`${dir}/lock`, [], packArgv(dir, partialFile(path))), {
      stdout: 'pipe',
      stderr: 'pipe',
      signal,
    });
    let packed = 0;
    let complaint = '';
    const count = async () => {
      for await (const chunk of running.stdout ?? []) {
        packed += (chunk as Buffer).filter((byte) => byte === 0x0a).length;
        context.progress(packed / names.length, `${packed} of ${names.length} files`);
      }
    };
    const listen = async () => {
      for await (const chunk of running.stderr ?? []) complaint = `${complaint}${String(chunk)}`.slice(-4096);
    };
    await Promise.all([count(), listen()]);
    const exit = await running.exited;
    signal.throwIfAborted();
    if (exit.exitCode !== 0) throw failure(running.argv, exit, complaint, path);
    await commands.run(['sync', '--', partialFile(path)], { signal });
    await files.rename(partialFile(path), path);
  }

  return { 'copy-for-export': copyForExport, 'write-ve-archive': writeArchive };
}

/** Names come from a list, byte for byte; every one is packed for itself. */
const packArgv = (dir: string, file: string): readonly string[] => [
  'tar',
  '--create',
  '--zstd',
  '--format=pax',
  '--pax-option=delete=atime,delete=ctime',
  '--numeric-owner',
  '--acls',
  '--xattrs',
  '--xattrs-include=*',
  '--sparse',
  '--no-recursion',
  '--verbose',
  `--file=${file}`,
  `--directory=${dir}`,
  '--null',
  '--no-unquote',
  '--verbatim-files-from',
  `--files-from=${dir}/list`,
];

function failure(
  argv: readonly string[],
  exit: { readonly exitCode: number | null; readonly signal: string | null },
  stderr: string,
  path: string,
): Error {
  if (/No space left|Disk quota exceeded/.test(stderr))
    return fault('no_space', { path, free: 0, needed: 'more' });
  return new CommandFailed({
    argv,
    ...exit,
    stdout: '',
    stderr,
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: false,
  });
}
