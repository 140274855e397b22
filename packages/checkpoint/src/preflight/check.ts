import { type CheckpointBlocker, type CheckpointCheck, fault } from '@insula/contract';
import type { GuestFacts, LinkInfo } from '@insula/host';
import { guestLink } from '@insula/network';
import type { VeEntry } from '@insula/ve';
import type { CheckpointPorts } from '../ports.ts';
import { judgeCheckpoint } from './judge.ts';

/** What keeps a running VE from being dumped; reads /proc and starts one `ip`. */
export async function checkCheckpoint(ports: CheckpointPorts, entry: VeEntry): Promise<CheckpointCheck> {
  const init = initOf(entry);
  const [facts, links, legacyFreezer] = await Promise.all<
    [Promise<GuestFacts>, Promise<readonly LinkInfo[]>, Promise<boolean>]
  >([inspect(ports, entry), ports.links.listInside(init.pid), freezesByLegacy(ports)]);
  const { availableBytes } = await ports.files.fileSystem(ports.pool.root);
  const blockers = [
    ...judgeCheckpoint({
      facts,
      links,
      ownLinks: ['lo', guestLink],
      interfaces: entry.spec.interfaces,
      legacyFreezer,
    }),
    ...judgeSpace(dumpBytes(facts), availableBytes),
  ];
  return { possible: blockers.length === 0, processes: facts.processes.length, blockers: [...blockers] };
}

/** About what the images of these processes take, in bytes. Memory that several share is dumped once. */
export function dumpBytes({ processes }: GuestFacts): number {
  const own = processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return own + Math.max(0, ...processes.map(({ sharedBytes }) => sharedBytes));
}

/** Bytes that stay free in the pool whatever comes. */
const reservedBytes = 67_108_864;

function judgeSpace(wanted: number, available: number): readonly CheckpointBlocker[] {
  if (available >= wanted + reservedBytes) return [];
  return [
    {
      kind: 'space',
      pid: null,
      command: null,
      subject: 'pool',
      passing: false,
      problem: `its memory takes about ${wanted} bytes, the pool has ${available} free`,
      remedy: 'free some space in the pool',
    },
  ];
}

/** Whether processes are frozen by cgroup v1, which runc prefers where it is there. */
export async function freezesByLegacy({ cgroups }: Pick<CheckpointPorts, 'cgroups'>): Promise<boolean> {
  return (await cgroups.describe()).legacyRoots['freezer'] !== undefined;
}

/** What the processes of a running VE are and hold. @throws CodedError wrong_state */
export async function inspect(ports: CheckpointPorts, entry: VeEntry): Promise<GuestFacts> {
  const group = ports.groups.payload(entry.spec.ctid);
  const pids = await ports.cgroups.processes(group);
  const facts = await ports.guestInspector.inspect(initOf(entry).pid, pids);
  if (facts.strays.length === 0) return facts;
  // those that were begun meanwhile are in the group
  const later = new Set(await ports.cgroups.processes(group));
  return { ...facts, strays: facts.strays.filter(({ pid }) => !later.has(pid)) };
}

function initOf({ spec, runtime: { init } }: VeEntry) {
  if (init !== null) return init;
  throw fault('wrong_state', {
    ve: spec.name,
    state: 'stopped',
    operation: 'checkpoint',
    allowed: 'running',
  });
}

/** Milliseconds that blockers which pass by themselves get, and from one look to the next. */
export const passing = { patience: 5_000, interval: 100 } as const;

/** What keeps a VE from being dumped, once what passes by itself had its time. */
export async function lastingBlockers(
  ports: CheckpointPorts,
  entry: VeEntry,
): Promise<CheckpointCheck['blockers']> {
  for (let waited = 0; ; waited += passing.interval) {
    const { blockers } = await checkCheckpoint(ports, entry);
    if (!isWorthWaiting(blockers) || waited >= passing.patience) return blockers;
    await ports.sleep(passing.interval);
  }
}

export function isWorthWaiting(blockers: readonly CheckpointBlocker[]): boolean {
  return blockers.length > 0 && blockers.every((blocker) => blocker.passing);
}

/** @throws CodedError checkpoint_blocked when there is a blocker, with the first in words */
export function refuseBlocked(ve: string, blockers: readonly CheckpointBlocker[]): void {
  const [first] = blockers;
  if (first === undefined) return;
  const { problem, remedy } = first;
  throw fault('checkpoint_blocked', { ve, problem, remedy, more: blockers.length - 1 });
}
