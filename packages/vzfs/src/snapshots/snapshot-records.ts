import { fault, Snapshot, type SnapshotView } from '@insula/contract';
import type { Host } from '@insula/host';
import { Compile } from 'typebox/compile';
import { doomedPrefix, type PoolLayout } from '../pool-layout.ts';

type RecordPorts = Pick<Host, 'files'> & { readonly pool: PoolLayout };

export interface SnapshotPaths {
  readonly dir: string;
  /** Written last: a snapshot without it was never finished. */
  readonly record: string;
  readonly volume: string;
  /** The processes that were saved with it, if they were. */
  readonly checkpoint: string;
  /** Where it lies from the decision to delete it to the end of its removal. */
  readonly doomed: string;
}

export function snapshotPaths(pool: PoolLayout, uuid: string, name: string): SnapshotPaths {
  const { snapshots } = pool.privateArea(uuid);
  const dir = `${snapshots}/${name}`;
  return {
    dir,
    record: `${dir}/snapshot.json`,
    volume: `${dir}/fs`,
    checkpoint: `${dir}/checkpoint`,
    doomed: `${snapshots}/${doomedPrefix}${name}`,
  };
}

/** The snapshots of a VE, the oldest first. Those whose record cannot be read are left out: they cannot be restored. */
export async function listSnapshots(ports: RecordPorts, uuid: string): Promise<readonly Snapshot[]> {
  const entries = await ports.files.list(ports.pool.privateArea(uuid).snapshots);
  const names = entries.map(({ name }) => name).filter((name) => !name.startsWith('.'));
  const found = await Promise.all(names.map(async (name) => await readSnapshot(ports, uuid, name)));
  return found
    .filter((snapshot) => snapshot !== null)
    .sort((left, right) => (left.createdAt < right.createdAt ? -1 : 1));
}

/** The same with the one that the VE goes on from marked. */
export async function viewSnapshots(ports: RecordPorts, uuid: string): Promise<readonly SnapshotView[]> {
  const current = await currentSnapshot(ports, uuid);
  return (await listSnapshots(ports, uuid)).map((snapshot) => ({
    ...snapshot,
    parent: snapshot.parent ?? null,
    processes: snapshot.processes === true,
    current: snapshot.name === current,
  }));
}

/** The name of the snapshot that a VE goes on from; null when it has none. */
export async function currentSnapshot({ files, pool }: RecordPorts, uuid: string): Promise<string | null> {
  const name = (await files.readTextIfExists(currentPath(pool, uuid)))?.trim();
  return name === undefined || name === '' ? null : name;
}

export async function noteCurrent(
  { files, pool }: RecordPorts,
  uuid: string,
  name: string | null,
): Promise<void> {
  const path = currentPath(pool, uuid);
  if (name === null) return await files.removeFile(path);
  await files.writeAtomic(path, `${name}\n`);
}

const currentPath = (pool: PoolLayout, uuid: string): string =>
  `${pool.privateArea(uuid).dir}/current-snapshot`;

export async function writeSnapshot(
  { files, pool }: RecordPorts,
  uuid: string,
  snapshot: Snapshot,
): Promise<void> {
  const { record } = snapshotPaths(pool, uuid, snapshot.name);
  await files.writeAtomic(record, `${JSON.stringify(snapshot, null, 2)}\n`);
}

/** @throws CodedError snapshot_not_found */
export async function findSnapshot(
  ports: RecordPorts,
  ve: { readonly uuid: string; readonly name: string },
  name: string,
): Promise<Snapshot> {
  const snapshot = await readSnapshot(ports, ve.uuid, name);
  if (snapshot === null) throw fault('snapshot_not_found', { ve: ve.name, snapshot: name });
  return snapshot;
}

async function readSnapshot(
  { files, pool }: RecordPorts,
  uuid: string,
  name: string,
): Promise<Snapshot | null> {
  const text = await files.readTextIfExists(snapshotPaths(pool, uuid, name).record);
  if (text === null) return null;
  try {
    const written: unknown = JSON.parse(text);
    // those of before VEs had layers of their own say nothing of them
    const snapshot: unknown =
      typeof written === 'object' && written !== null ? { layers: [], ...written } : written;
    return recordCheck.Check(snapshot) ? snapshot : null;
  } catch {
    return null;
  }
}

const recordCheck = Compile(Snapshot);
