import { dumpBytes, inspect, lastingBlockers } from '@insula/checkpoint';
import {
  fault,
  type MigrationCheck,
  type MigrationMode,
  type OperationTarget,
  type VeStatus,
} from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { initProfiles } from '@insula/templates';
import { allowed, stateOf, statusOf, type VeEntry, withTimeLimit } from '@insula/ve';
import { listSnapshots } from '@insula/vzfs';
import { compareNodes, type Difference } from './compare-nodes.ts';
import { hasRoomForDump, memoryWay, reservedBytes } from './memory-way.ts';
import { type ArrivalPlanInput, type Departure, planArrival, planDeparture } from './plans.ts';
import type { MigrationPorts } from './ports.ts';
import type { PeerReport } from './protocol.ts';
import { bytesOf } from './tree-bytes.ts';

/** Input of `ve.migrate` as it is journaled. */
export interface MigrateInput {
  readonly node: string;
  readonly atLeast?: MigrationMode;
  /** Bytes a second. */
  readonly bandwidth?: number;
  /** Seconds. */
  readonly timeLimit?: number;
}

/** How gently a VE can move, from the best on. */
const modes: readonly MigrationMode[] = ['live', 'near-live', 'cold'];

/** Whether and how a VE could move to another node; reads on both, changes nothing on either. */
export async function checkMigration(
  ports: MigrationPorts,
  entry: VeEntry,
  node: string,
): Promise<MigrationCheck> {
  return (await lookAtMigration(ports, entry, node)).check;
}

async function lookAtMigration(
  ports: MigrationPorts,
  entry: VeEntry,
  node: string,
): Promise<{ readonly check: MigrationCheck } & Pick<Departure, 'memory' | 'dumpDir'>> {
  const { spec } = entry;
  const isRunning = stateOf(entry.runtime) === 'running';
  const processor = isRunning ? ((await ports.criu.processor())?.toString('base64') ?? null) : null;
  const [report, processes] = await Promise.all([
    ports.peerLink.call(node, 'check', { spec, processor }),
    isRunning ? lastingBlockers(ports, entry) : [],
  ]);
  const strange = isRunning ? await differences(ports, report) : [];
  const snapshots = await listSnapshots(ports, spec.uuid);
  const kept =
    snapshots.length === 0
      ? []
      : [
          {
            problem: `it has ${snapshots.length} snapshots, which do not travel`,
            remedy: 'delete them, or merge what is needed',
          },
        ];
  const conflicts = [...kept, ...report.conflicts, ...(await spaceConflicts(ports, entry, report))];
  const blockers = [
    ...processes.map(({ problem, remedy }) => ({ problem, remedy, keepsFrom: 'live' as const })),
    ...strange.map((conflict) => ({ ...conflict, keepsFrom: 'live' as const })),
    ...conflicts.map((conflict) => ({ ...conflict, keepsFrom: 'all' as const })),
  ];
  const mode: MigrationMode | null =
    conflicts.length > 0
      ? null
      : !isRunning
        ? 'cold'
        : processes.length + strange.length > 0
          ? 'near-live'
          : 'live';
  const check: MigrationCheck = { node: report.node, mode, sendsTemplate: !report.hasTemplate, blockers };
  const bytes = mode === 'live' ? dumpBytes(await inspect(ports, entry)) : 0;
  const inPool = await freeBytes(ports, ports.pool.root);
  const memory = memoryWay({
    bytes,
    free: [inPool, report.freeBytes],
    tracksMemory: ports.config.migration.rounds && (await ports.criu.tracksMemory()),
    takesRounds: report.takesRounds === true,
    takesMemory: report.takesMemory === true,
  });
  return { check, memory, dumpDir: await dumpDirOf(ports, spec.uuid, bytes) };
}

/** In memory where the host gives its /run that much, else in the pool. */
async function dumpDirOf({ files, pool, run }: MigrationPorts, uuid: string, bytes: number): Promise<string> {
  const { dir } = run.ve(uuid);
  const isRoomy = bytes === 0 || hasRoomForDump(bytes, await freeBytes({ files }, dir));
  return `${isRoomy ? dir : pool.privateArea(uuid).dir}/departing`;
}

async function freeBytes({ files }: Pick<MigrationPorts, 'files'>, path: string): Promise<number> {
  return (await files.fileSystem(path)).availableBytes;
}

/** What an other node lacks for processes of this one. */
async function differences(ports: MigrationPorts, report: PeerReport): Promise<readonly Difference[]> {
  const { architecture, kernelRelease: kernel } = ports;
  return compareNodes({ architecture, kernel, criu: await ports.criu.version(), time: Date.now() }, report);
}

async function spaceConflicts(ports: MigrationPorts, entry: VeEntry, report: PeerReport) {
  const { spec } = entry;
  const files = bytesOf(await ports.treeTransfer.state(ports.pool.privateArea(spec.uuid).upper));
  const memory = entry.runtime.init === null ? 0 : dumpBytes(await inspect(ports, entry));
  const bytes = files + memory;
  if (report.freeBytes >= bytes + reservedBytes) return [];
  return [
    {
      problem: `${report.node} has ${report.freeBytes} bytes free, the VE takes ${bytes}`,
      remedy: 'free some space there',
    },
  ];
}

/** Kinds of operation of both sides. */
export function migrationKinds(ports: MigrationPorts): Readonly<Record<string, OperationKind>> {
  const { registry } = ports;
  const entryOf = (target: OperationTarget) => registry.entryOf(target);

  return {
    've.migrate': {
      async plan(input, target) {
        const { node, atLeast = 'cold', bandwidth, timeLimit } = input as MigrateInput;
        const entry = allowed('ve.migrate', entryOf(target));
        const { spec, runtime } = entry;
        const { check, memory, dumpDir } = await lookAtMigration(ports, entry, node);
        const { mode, blockers, sendsTemplate } = check;
        const isTooLittle =
          mode !== null &&
          mode !== 'live' &&
          runtime.init !== null &&
          modes.indexOf(mode) > modes.indexOf(atLeast);
        if (mode === null || isTooLittle) {
          const [first] = mode === null ? blockers.filter(({ keepsFrom }) => keepsFrom === 'all') : blockers;
          const problem = first?.problem ?? `it can only move ${mode ?? 'not at all'}`;
          throw fault('migration_blocked', {
            ve: spec.name,
            node,
            problem,
            remedy: first?.remedy ?? 'ask for less',
          });
        }
        const departure: Departure = {
          spec,
          peer: node,
          mode,
          wanted: runtime.wanted,
          sendsTemplate,
          shutdown: mode === 'near-live' ? await shutdownOf(entry) : null,
          isSuspended: runtime.suspended,
          bandwidth: bandwidth ?? null,
          memory,
          dumpDir,
        };
        return withTimeLimit(planDeparture(departure, ports), spec, 'migrationtime', timeLimit);
      },
      result: (
        { id, name },
        input,
      ): { readonly ve: string; readonly uuid: string; readonly node: string } => ({
        ve: name,
        uuid: id,
        node: (input as MigrateInput).node,
      }),
      async ended({ target: { id } }) {
        const isHere = await ports.files.exists(ports.pool.privateArea(id).dir);
        if (!isHere) registry.remove(id);
        else registry.note(id, { mounted: await ports.mounts.isMounted(ports.run.ve(id).root) });
      },
    },
    've.receive': {
      plan(input) {
        const arrival = input as ArrivalPlanInput;
        return planArrival(arrival, ports);
      },
      result: (target): VeStatus => statusOf(entryOf(target), undefined),
      async ended({ target: { id } }) {
        if (registry.get(id) !== undefined)
          registry.note(id, { mounted: await ports.mounts.isMounted(ports.run.ve(id).root) });
      },
    },
  };

  async function shutdownOf({ spec, runtime }: VeEntry) {
    const template = await ports.templateOf(spec.template);
    return {
      stopSignal: initProfiles[template.init].stopSignal,
      timeoutSeconds: spec.stopTimeout,
      paused: runtime.paused,
    };
  }
}
