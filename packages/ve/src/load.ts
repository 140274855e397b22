import { asCodedError } from '@insula/contract';
import type { VePorts } from './ports.ts';
import { readRunRecord } from './run-record.ts';
import type { VeRuntime } from './runtime.ts';

/** A private area that could not be taken in. */
export interface Unreadable {
  readonly path: string;
  readonly problem: string;
}

export interface Loaded {
  readonly unreadable: readonly Unreadable[];
  /** UUIDs of VEs whose init ended while no daemon looked after them: their runs are not settled yet. */
  readonly unsettled: readonly string[];
}

type LoadPorts = Pick<
  VePorts,
  'veFiles' | 'registry' | 'files' | 'processes' | 'mounts' | 'cgroups' | 'run' | 'groups' | 'pool'
>;

/** How many private areas are read at a time: enough to keep the disk busy. */
const parallel = 16;

/**
 * Builds the view of the node from its disk and its kernel, and from nothing else. Private areas whose spec cannot be read, or
 * contradicts another one, are left as they are. `unfinished` are the UUIDs whose creation was cut off: those may have no spec yet.
 */
export async function loadVes(ports: LoadPorts, unfinished: ReadonlySet<string>): Promise<Loaded> {
  const unreadable: Unreadable[] = [];
  const unsettled: string[] = [];
  const queue = [...(await ports.veFiles.list())];
  const work = async () => {
    for (let uuid = queue.pop(); uuid !== undefined; uuid = queue.pop()) {
      try {
        const spec = await ports.veFiles.readSpec(uuid);
        const remembered = await ports.veFiles.readState(uuid);
        const kernel = await inspect(ports, uuid, spec.ctid);
        ports.registry.add(spec, { ...remembered, ...kernel });
        if (kernel.init === null && (await ports.files.exists(ports.run.ve(uuid).record)))
          unsettled.push(uuid);
      } catch (error) {
        if (unfinished.has(uuid)) continue;
        unreadable.push({ path: ports.pool.privateArea(uuid).dir, problem: asCodedError(error).message });
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { unreadable, unsettled };
}

type Kernel = Pick<VeRuntime, 'init' | 'paused' | 'mounted' | 'startedAt'>;

/** What the kernel knows of a VE. */
async function inspect(
  ports: Pick<LoadPorts, 'files' | 'processes' | 'mounts' | 'cgroups' | 'run' | 'groups'>,
  uuid: string,
  ctid: number,
): Promise<Kernel> {
  const paths = ports.run.ve(uuid);
  const mounted = await ports.mounts.isMounted(paths.root);
  const record = await readRunRecord(ports.files, paths.record);
  if (record === null || !(await ports.processes.isAlive(record.init))) {
    return { init: null, paused: false, mounted, startedAt: null };
  }
  const paused = await ports.cgroups.isFrozen(ports.groups.payload(ctid));
  return { init: record.init, paused, mounted, startedAt: record.startedAt };
}
