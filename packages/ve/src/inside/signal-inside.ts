import { fault, type ProcessSignal, signalNumbers } from '@insula/contract';
import { allowed } from '../allowed.ts';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';

type Ports = Pick<VePorts, 'cgroups' | 'processes' | 'groups'>;

const initPid = 1;

/**
 * Sends a signal to a process of a VE. Pids are given anew: what is found is held by its time of start, and only then is it looked
 * whether that one is in the control groups of the VE, which no process leaves. So nobody else gets the signal.
 * @throws CodedError wrong_state, process_not_found, process_protected
 */
export async function signalInside(
  { cgroups, processes, groups }: Ports,
  entry: VeEntry,
  { pid, signal = 'TERM' }: ProcessSignal,
): Promise<void> {
  const { spec } = allowed('ve.signal', entry);
  if (pid === initPid) throw fault('process_protected', { pid, ve: spec.name });
  const members = async () => await cgroups.processes(groups.outer(spec.ctid));
  const found = (await processes.details(await members())).find(
    ({ innerPid, isInside }) => isInside && innerPid === pid,
  );
  const isMember = found !== undefined && (await members()).includes(found.pid);
  if (!isMember || !(await processes.signal(found, signalNumbers[signal])))
    throw fault('process_not_found', { pid, ve: spec.name });
}
