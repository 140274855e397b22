import { type Host, hasErrorCode } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { decodeBytes } from '../store/manifest.ts';
import { objectDir, objectPath } from './object-paths.ts';

type RepairPorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };

/** A file of a VE or of one of its snapshots that was seen with a content once. */
interface Source {
  readonly upper: string;
  readonly path: Buffer;
}

/**
 * Puts a damaged or missing object right from a changed file of a VE that has the same content, or from one of its snapshots, where they
 * lie open. An object that is there stays the same file: running VEs see it whole at once.
 * @returns the file that it came from; null: none has its content
 */
export async function repairObject(ports: RepairPorts, digest: string, size: number): Promise<string | null> {
  const { files, trees, pool } = ports;
  const staged = `${pool.staging}/repair-${digest}`;
  for await (const { upper, path } of sourcesOf(ports, digest)) {
    await files.removeFile(staged);
    try {
      await trees.copyOut(upper, path, staged);
      if ((await files.stat(staged))?.sizeBytes !== size || (await trees.digestFile(staged)) !== digest)
        continue;
      await putRight(ports, staged, digest);
      return `${upper}/${path.toString()}`;
    } catch (error) {
      // what a VE has there now is another thing
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL', 'EXDEV', 'EIO', 'ENXIO')) throw error;
    } finally {
      await files.removeFile(staged);
    }
  }
  return null;
}

async function putRight({ files, trees, pool }: RepairPorts, staged: string, digest: string): Promise<void> {
  const path = objectPath(pool, digest);
  const { kind } = (await files.stat(path)) ?? { kind: null };
  if (kind === 'file') return await trees.overwrite(staged, path);
  await files.removeTree(path);
  await files.makeDir(objectDir(pool, digest));
  await trees.sync(staged);
  await files.rename(staged, path);
}

/** Where a content was when the changed files of VEs were read last, by what was noted then. */
async function* sourcesOf({ files, pool }: RepairPorts, digest: string): AsyncGenerator<Source> {
  for (const { name: uuid } of await files.list(pool.privateAreas)) {
    const area = pool.privateArea(uuid);
    const text = (await files.readTextIfExists(area.changesIndex)) ?? '';
    const lines = text.split('\n').filter((line) => line.startsWith(`${digest} `));
    const paths = lines.map((line) => decodeBytes(line.split(' ')[4] ?? ''));
    if (paths.length === 0) continue;
    const snapshots = (await files.list(area.snapshots)).map(
      ({ name }) => `${area.snapshots}/${name}/fs/upper`,
    );
    for (const upper of [area.upper, ...snapshots]) for (const path of paths) yield { upper, path };
  }
}
