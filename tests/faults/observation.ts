import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { VeDetail } from '@insula/contract';
import type { FaultNode } from './fault-node.ts';
import { creation, type SubjectState, subject } from './scenarios.ts';

export const bystander = 'bystander';

/** What can be seen of the subject, and of everything that the node has on the machine. */
export interface Observation {
  readonly state: SubjectState;
  /** What its files and its cgroup say of it; what is new in every run left out. */
  readonly spec: unknown;
  readonly limits: unknown;
  readonly machine: readonly string[];
  /** Private areas that the node could not read. */
  readonly unreadable: readonly string[];
}

export async function subjectOf(node: FaultNode): Promise<VeDetail | undefined> {
  return (await node.ves()).find(({ name }) => name !== bystander);
}

export async function observe(node: FaultNode): Promise<Observation> {
  const ve = await subjectOf(node);
  const { unreadable } = await node.info();
  const machine = (await node.snapshot()).filter((line) => !isElementOf(line, ve));
  return {
    state: ve?.state ?? 'absent',
    spec: ve === undefined ? null : specOf(ve),
    limits: ve === undefined ? null : limitsOf(node, ve),
    machine: machine.map((line) => (ve === undefined ? line : line.replaceAll(ve.uuid, 'UUID'))),
    unreadable: unreadable.map(({ path }) => path),
  };
}

/** Says in what two observations differ; empty when in nothing. */
export function differences(actual: Observation, expected: Observation): readonly string[] {
  const lines = (observation: Observation) => {
    const { machine, unreadable, ...rest } = observation;
    const facts = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    return [...facts, ...machine, ...unreadable.map((path) => `unreadable ${path}`)];
  };
  const [is, should] = [lines(actual), lines(expected)];
  return [
    ...should.filter((line) => !is.includes(line)).map((line) => `missing: ${line}`),
    ...is.filter((line) => !should.includes(line)).map((line) => `too much: ${line}`),
  ];
}

/** The filter knows VEs that exist, whether they run or not: after a daemon's start those that do not run, too. */
function isElementOf(line: string, ve: VeDetail | undefined): boolean {
  return line.startsWith('nft element ') && line.includes(`ts${ve?.ctid ?? 'none'}"`);
}

function specOf(ve: VeDetail): unknown {
  const { state, transition, operation, init, startedAt, lastExit, crashes, uuid, createdAt, ...spec } = ve;
  const plain = { ...spec, privateArea: spec.privateArea.replace(uuid, 'UUID') };
  // one that was read back from its file has its fields in another order
  return Object.fromEntries(Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function limitsOf({ config }: FaultNode, { ctid }: VeDetail): unknown {
  const files = ['pids/GROUP/pids.max', 'cpu/GROUP/cpu.shares', 'GROUP/pids.max', 'GROUP/cpu.weight'];
  const group = `${config.cgroupParent}/ve/${ctid}`;
  const paths = files.map((file) => `/sys/fs/cgroup/${file.replace('GROUP', group)}`);
  return paths.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8').trim());
}

/** Brings the subject to a state, whatever state it is in: for which no lock may be left. */
export async function bring(node: FaultNode, wanted: SubjectState): Promise<void> {
  const api = node.api;
  const path = `/v1/ves/${subject}`;
  let ve = await subjectOf(node);
  if (ve === undefined && wanted !== 'absent') {
    ve = (await api.perform('POST', '/v1/ves', creation)).result as VeDetail;
    giveQuickInit(ve);
  }
  if (ve === undefined) return;
  if (ve.name !== subject) await api.perform('POST', `/v1/ves/${ve.uuid}/rename`, { name: subject });
  if (ve.description !== '') {
    const parameters = { numproc: null, cpuunits: null };
    const network = { addresses: ve.addresses.slice(0, 1), forwards: [], groups: [] };
    await api.perform('PATCH', path, { description: '', parameters, ...network });
  }
  if (wanted === 'absent') await api.perform('DELETE', `${path}?force=true`);
  else await bringTo(node, ve.state, wanted);
}

/** busybox init waits two seconds before it powers off. This one does at once what the same signals tell it. The console has a session of its own, as with a login prompt. */
const quickInit = `#!/bin/sh
setsid getty 38400 console linux &
exec </dev/null >/dev/null 2>&1
trap 'poweroff -f' USR2
trap 'reboot -f' TERM
: >/run/insula-boot-complete
while :; do sleep 1000 & wait; done
`;

/** On disk, files of a VE have the ids that it sees. */
function giveQuickInit({ privateArea }: VeDetail): void {
  const dir = `${privateArea}/fs/upper/usr/sbin`;
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  writeFileSync(`${dir}/init`, quickInit, { mode: 0o755 });
}

const isUp = (state: SubjectState) => state === 'running' || state === 'paused';
/** States that are reached from a running VE. */
const needsRun = (state: SubjectState) => isUp(state) || state === 'suspended';

async function bringTo(node: FaultNode, state: SubjectState, wanted: SubjectState): Promise<void> {
  if (state === wanted) return;
  if (state === 'paused') await node.act('resume', subject);
  if (isUp(state) && !needsRun(wanted)) await node.act('kill', subject);
  if (state === 'suspended') await node.act('kill', subject);
  if (state === 'mounted') await node.act('unmount', subject);
  if (!isUp(state) && needsRun(wanted)) {
    await node.act('start', subject);
    // signals that come before init has installed its handlers are lost
    await node.wait(subject);
  }
  if (wanted === 'paused') await node.act('pause', subject);
  if (wanted === 'suspended') await node.act('suspend', subject);
  if (wanted === 'mounted') await node.act('mount', subject);
}
