import type { RegistryChange, VeEntry } from '@insula/ve';
import { type Holder, summaryOf } from '@insula/ve';
import type { EventHub } from './event-hub.ts';

/** Turns changes of the registry into events; a change that shows in no view makes none. */
export class VeEvents {
  readonly #hub: EventHub;
  readonly #holderOf: (uuid: string) => Holder | undefined;
  readonly #last = new Map<string, string>();

  constructor(hub: EventHub, holderOf: (uuid: string) => Holder | undefined) {
    this.#hub = hub;
    this.#holderOf = holderOf;
  }

  changed({ what, entry }: RegistryChange): void {
    const { uuid, name } = entry.spec;
    const gone = what === 'destroyed';
    const ve = gone ? null : summaryOf(entry, this.#holderOf(uuid));
    const shown = JSON.stringify([ve, this.#statusPart(entry)]);
    if (!gone && this.#last.get(uuid) === shown) return;
    if (gone) this.#last.delete(uuid);
    else this.#last.set(uuid, shown);
    this.#hub.publish({ kind: 've', uuid, name, what, ve });
  }

  #statusPart({ runtime, spec }: VeEntry): unknown {
    return [runtime.lastExit, runtime.crashes, spec];
  }
}
