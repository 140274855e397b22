import { lastingBlockers } from '@insula/checkpoint';
import {
  fault,
  type MigrationCheck,
  type MigrationMode,
  type OperationTarget,
  type VeStatus,
} from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { initProfiles } from '@insula/templates';
import { allowed, stateOf, statusOf, type VeEntry } from '@insula/ve';
import { type ArrivalPlanInput, type Departure, planArrival, planDeparture } from './plans.ts';
import type { MigrationPorts } from './ports.ts';
import type { PeerReport } from './protocol.ts';

/** Input of `ve.migrate` as it is journaled. */
export interface MigrateInput {
  readonly node: string;
  readonly atLeast?: MigrationMode;
}

/** How gently a VE can move, from the best on. */
const modes: readonly MigrationMode[] = ['live', 'near-live', 'cold'];

/** Whether and how a VE could move to another node; reads on both, changes nothing on either. */
export async function checkMigration(
  ports: MigrationPorts,
  entry: VeEntry,
  node: string,
): Promise<MigrationCheck> {
  const { spec } = entry;
  const report = await ports.peerLink.call(node, 'check', { spec });
  const isRunning = stateOf(entry.runtime) === 'running';
  const processes = isRunning ? await lastingBlockers(ports, entry) : [];
  const strange = isRunning ? await differences(ports, report) : [];
  const snapshots = await ports.files.list(ports.pool.privateArea(spec.uuid).snapshots);
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
  const mode =
    conflicts.length > 0
      ? null
      : !isRunning
        ? 'cold'
        : processes.length + strange.length > 0
          ? 'near-live'
          : 'live';
  return { node: report.node, mode, sendsTemplate: !report.hasTemplate, blockers };
}

async function differences(
  ports: MigrationPorts,
  report: PeerReport,
): Promise<readonly { problem: string; remedy: string }[]> {
  const criu = await ports.criuVersion();
  const found: { problem: string; remedy: string }[] = [];
  if (report.architecture !== ports.architecture)
    found.push({
      problem: `${report.node} is ${report.architecture}, this node ${ports.architecture}`,
      remedy: 'choose a node of the same architecture',
    });
  if (report.criu === null)
    found.push({ problem: `${report.node} has no usable CRIU`, remedy: 'run setup/criu.sh there' });
  else if (criu !== null && compareVersions(report.criu, criu) < 0)
    found.push({
      problem: `CRIU of ${report.node} is ${report.criu}, older than ${criu} here`,
      remedy: 'run setup/criu.sh --upgrade there',
    });
  return found;
}

function compareVersions(left: string, right: string): number {
  const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(left), numbers(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Bytes that stay free on the other node whatever comes. */
const reservedBytes = 67_108_864;

async function spaceConflicts(ports: MigrationPorts, { spec }: VeEntry, report: PeerReport) {
  const bytes = Object.values(await ports.treeTransfer.state(ports.pool.privateArea(spec.uuid).upper))
    .map((state) => Number(state.split(' ')[3]))
    .reduce((sum, size) => sum + size, 0);
  if (report.freeBytes >= bytes + reservedBytes) return [];
  return [
    {
      problem: `${report.node} has ${report.freeBytes} bytes free, the VE's files are ${bytes}`,
      remedy: 'free some space there',
    },
  ];
}

/** Kinds of operation of both sides. */
export function migrationKinds(ports: MigrationPorts): Readonly<Record<string, OperationKind>> {
  const { registry } = ports;
  const entryOf = ({ id, name }: OperationTarget): VeEntry => {
    const entry = registry.get(id);
    if (entry === undefined) throw fault('ve_not_found', { ve: name });
    return entry;
  };

  return {
    've.migrate': {
      async plan(input, target) {
        const { node, atLeast = 'cold' } = input as MigrateInput;
        const entry = allowed('ve.migrate', entryOf(target));
        const { spec, runtime } = entry;
        const { mode, blockers, sendsTemplate } = await checkMigration(ports, entry, node);
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
        };
        return planDeparture(departure, ports);
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
