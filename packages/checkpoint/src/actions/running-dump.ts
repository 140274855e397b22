import type { ProcessIdentity } from '@insula/host';
import type { CheckpointPorts } from '../ports.ts';

/** Milliseconds that a dump which an earlier daemon began gets to end by itself: it is never killed, that could leave processes lost. */
const patience = 300_000;

/** The dump of a VE. It goes on when its daemon ends: a note says who it is, so that the next daemon can wait for it. */
export function runningDump({ files, processes, run }: CheckpointPorts, uuid: string) {
  const note = `${run.ve(uuid).criuWork}/dump.json`;
  return {
    async begun(pid: number): Promise<void> {
      await files.writeAtomic(note, JSON.stringify(await processes.identify(pid)), { durable: false });
    },
    /** Whoever undoes a dump first lets it come to its end: CRIU takes out of the processes what it put in. */
    async ended(): Promise<void> {
      const text = await files.readTextIfExists(note);
      const dump = text === null ? null : (JSON.parse(text) as ProcessIdentity | null);
      if (dump !== null) await processes.exited(dump, { signal: AbortSignal.timeout(patience) });
    },
  };
}
