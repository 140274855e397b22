import type { ParameterValues } from '@insula/contract';
import { hasErrorCode } from '@insula/host';
import { limitOf } from '@insula/resources';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';

type Ports = Pick<VePorts, 'cgroups' | 'files' | 'groups' | 'processes' | 'run'>;

const sigkill = 9;

/** A command that was about to start may have had more room than the VE's limit says (see ExecRoom). */
async function takeRoomBack(
  { cgroups, groups }: Ports,
  ctid: number,
  { numproc }: ParameterValues,
): Promise<void> {
  const limit = limitOf(numproc ?? 'unlimited');
  if (limit === 'unlimited') return;
  try {
    await cgroups.write('pids', groups.outer(ctid), 'pids.max', String(limit));
  } catch (error) {
    // it has ended meanwhile
    if (!hasErrorCode(error, 'ENOENT', 'ENODEV')) throw error;
  }
}

/**
 * Ends the commands that an earlier daemon ran in VEs and died over: nobody reads what they print or waits for their end. What is
 * no process of the VE any more is passed over: the kernel may have given its pid to another by now.
 * @returns how many were ended
 */
export async function endAbandonedExecs(ports: Ports, entries: readonly VeEntry[]): Promise<number> {
  let ended = 0;
  for (const { spec, runtime } of entries) {
    const dir = ports.run.ve(spec.uuid).execs;
    const files = await ports.files.list(dir);
    if (files.length === 0) continue;
    if (runtime.init !== null) await takeRoomBack(ports, spec.ctid, runtime.parameters ?? spec.parameters);
    const inside = new Set(
      runtime.init === null ? [] : await ports.cgroups.processes(ports.groups.outer(spec.ctid)),
    );
    for (const { name } of files) {
      const pid = name.endsWith('.pid')
        ? Number(await ports.files.readTextIfExists(`${dir}/${name}`))
        : Number.NaN;
      const process =
        inside.has(pid) && pid !== runtime.init?.pid ? await ports.processes.identify(pid) : null;
      if (process !== null && (await ports.processes.signal(process, sigkill))) ended += 1;
      await ports.files.removeFile(`${dir}/${name}`);
    }
  }
  return ended;
}
