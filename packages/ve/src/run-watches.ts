import { asCodedError } from '@insula/contract';
import type { Cgroups, Watch } from '@insula/host';
import type { VeEntry } from './registry.ts';
import type { CgroupLayout } from './run-layout.ts';

interface RunWatchPorts {
  readonly cgroups: Pick<Cgroups, 'watchPopulated'>;
  readonly groups: CgroupLayout;
  log(line: string, details: Record<string, unknown>): void;
}

/** Tells when the last process of a VE has ended, also when its conmon, which notes exits, was killed. One watch for each that runs. */
export class RunWatches {
  readonly #ports: RunWatchPorts;
  readonly #emptied: (uuid: string) => void;
  readonly #watches = new Map<string, Promise<Watch>>();

  constructor(ports: RunWatchPorts, emptied: (uuid: string) => void) {
    this.#ports = ports;
    this.#emptied = emptied;
  }

  /** Begins or ends to watch a VE, as it runs or not. */
  update({ spec: { uuid, ctid, name }, runtime }: VeEntry): void {
    if (runtime.init === null) return this.forget(uuid);
    if (this.#watches.has(uuid)) return;
    const { cgroups, groups } = this.#ports;
    const watch = cgroups.watchPopulated(groups.outer(ctid), (populated) => {
      if (!populated) this.#emptied(uuid);
    });
    this.#watches.set(uuid, watch);
    watch.catch((error: unknown) => {
      this.#ports.log('a VE cannot be watched', { ve: name, problem: asCodedError(error).message });
    });
  }

  forget(uuid: string): void {
    const watch = this.#watches.get(uuid);
    this.#watches.delete(uuid);
    watch?.then((open) => open.close()).catch(() => undefined);
  }

  close(): void {
    for (const uuid of this.#watches.keys()) this.forget(uuid);
  }
}
