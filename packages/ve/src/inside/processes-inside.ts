import { fault, type VeProcess } from '@insula/contract';
import { type Host, type ProcessDetails, SystemError } from '@insula/host';
import { userNames } from '../exec/users.ts';
import type { VeEntry } from '../registry.ts';
import type { CgroupLayout } from '../run-layout.ts';
import { stateOf } from '../runtime.ts';

type Ports = Pick<Host, 'cgroups' | 'processes' | 'guestTrees'> & { readonly groups: CgroupLayout };

const idsPerVe = 65_536;
const ticksPerSecond = 100;
const maxPasswdBytes = 1_048_576;

/** The processes of a running VE, as the kernel has them: no process inside is asked. @throws CodedError wrong_state */
export async function processesInside(ports: Ports, entry: VeEntry): Promise<VeProcess[]> {
  const { spec, runtime } = entry;
  if (runtime.init === null)
    throw fault('wrong_state', {
      ve: spec.name,
      state: stateOf(runtime),
      operation: 'processes',
      allowed: 'running, paused',
    });
  const pids = await ports.cgroups.processes(ports.groups.outer(spec.ctid));
  const details = await ports.processes.details(pids);
  const upMs = await ports.processes.uptimeMs(runtime.init);
  const init = details.find(({ pid }) => pid === runtime.init?.pid);
  // of when the machine was booted only a running process with a known age tells
  const bootedAt = Date.now() - (upMs ?? 0) - ((init?.startTime ?? 0) / ticksPerSecond) * 1000;
  const names = await namesOf(ports, runtime.init.pid);
  const innerPids = new Map(details.map(({ pid, innerPid }) => [pid, innerPid]));
  return details.map((process) => viewOf(process, { idBase: spec.idBase, names, innerPids, bootedAt }));
}

interface Surroundings {
  readonly idBase: number;
  readonly names: ReadonlyMap<number, string>;
  readonly innerPids: ReadonlyMap<number, number>;
  readonly bootedAt: number;
}

function viewOf(process: ProcessDetails, { idBase, names, innerPids, bootedAt }: Surroundings): VeProcess {
  const uid = process.uid - idBase;
  const isOwn = uid >= 0 && uid < idsPerVe;
  return {
    pid: process.innerPid,
    hostPid: process.pid,
    parent: innerPids.get(process.parent) ?? 0,
    user: isOwn ? (names.get(uid) ?? String(uid)) : 'host',
    state: process.state,
    threads: process.threads,
    cpuSeconds: process.cpu / 1_000_000,
    memoryBytes: process.residentBytes,
    startedAt: new Date(bootedAt + (process.startTime / ticksPerSecond) * 1000).toISOString(),
    command: process.commandLine,
  };
}

/** A VE that has no readable list of users has numbers. */
async function namesOf({ guestTrees }: Ports, init: number): Promise<ReadonlyMap<number, string>> {
  try {
    return await guestTrees.within(`/proc/${init}/root`, async (tree) =>
      userNames((await tree.readTextIfExists('/etc/passwd', { maxBytes: maxPasswdBytes })) ?? ''),
    );
  } catch (error) {
    if (error instanceof SystemError) return new Map();
    throw error;
  }
}
