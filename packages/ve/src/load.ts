import { asCodedError, type VeSpec } from '@insula/contract';
import type { VePorts } from './ports.ts';
import type { VeEntry } from './registry.ts';
import { readRunRecord } from './run-record.ts';
import type { VeRuntime } from './runtime.ts';

/** A private area that could not be taken in. */
export interface Unreadable {
  readonly path: string;
  readonly problem: string;
}

type LoadPorts = Pick<
  VePorts,
  'veFiles' | 'registry' | 'files' | 'mounts' | 'cgroups' | 'run' | 'groups' | 'pool'
>;

/** How many private areas are read at a time: enough to keep the disk busy. */
const parallel = 16;

/**
 * Builds the view of the node from its disk and its kernel, and from nothing else. Private areas whose spec cannot be read, or
 * contradicts that of an older VE, are left as they are. `unfinished` are the UUIDs whose creation was cut off: those may have no
 * spec yet.
 */
export async function loadVes(
  ports: LoadPorts,
  unfinished: ReadonlySet<string>,
): Promise<readonly Unreadable[]> {
  const found: VeEntry[] = [];
  const passed = new Map<string, unknown>();
  const queue = [...(await ports.veFiles.list())];
  const work = async () => {
    for (let uuid = queue.pop(); uuid !== undefined; uuid = queue.pop()) {
      try {
        for (const dir of [ports.pool.privateArea(uuid).dir, ports.run.ve(uuid).dir])
          await ports.files.removeUnfinished(dir);
        const spec = await ports.veFiles.readSpec(uuid);
        const remembered = await ports.veFiles.readState(uuid);
        found.push({ spec, runtime: { ...remembered, ...(await inspect(ports, spec)) } });
      } catch (error) {
        passed.set(uuid, error);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  for (const { spec, runtime } of found.toSorted(byAge)) {
    try {
      ports.registry.add(spec, runtime);
    } catch (error) {
      passed.set(spec.uuid, error);
    }
  }
  for (const uuid of unfinished) passed.delete(uuid);
  for (const uuid of passed.keys()) ports.registry.keepFor(uuid, await ports.veFiles.readClaims(uuid));
  return [...passed].map(([uuid, error]) => ({
    path: ports.pool.privateArea(uuid).dir,
    problem: asCodedError(error).message,
  }));
}

function byAge({ spec: a }: VeEntry, { spec: b }: VeEntry): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.uuid < b.uuid ? -1 : 1;
}

type Kernel = Pick<VeRuntime, 'init' | 'paused' | 'mounted' | 'suspended' | 'startedAt' | 'parameters'>;

/** What the kernel knows of a VE. An init that has ended stays its init until somebody has settled its run. */
async function inspect(
  ports: Pick<LoadPorts, 'files' | 'mounts' | 'cgroups' | 'run' | 'groups' | 'pool'>,
  { uuid, ctid }: VeSpec,
): Promise<Kernel> {
  const paths = ports.run.ve(uuid);
  const mounted = await ports.mounts.isMounted(paths.root);
  const record = await readRunRecord(ports.files, paths.record);
  const suspended = await ports.files.exists(ports.pool.privateArea(uuid).checkpoint);
  if (record === null)
    return { init: null, paused: false, mounted, suspended, startedAt: null, parameters: null };
  const paused = await ports.cgroups.isFrozen(ports.groups.payload(ctid));
  return {
    init: record.init,
    paused,
    mounted,
    suspended,
    startedAt: record.startedAt,
    parameters: record.parameters ?? null,
  };
}
