import type { Statistics, Watch } from '@insula/host';
import type { Subject } from '../readings/reading.ts';

/** Milliseconds for which refusals are gathered: a bomb is refused thousands of times a second. */
const gathering = 200;

interface Followed {
  readonly generation: string;
  readonly watch: Watch;
}

/** Listens to the kernel for each running VE, and tells, a moment later and once for many, in which something was refused. */
export class RefusalTold {
  readonly #statistics: Pick<Statistics, 'watchRefusals'>;
  readonly #tell: (uuid: string) => void;
  readonly #followed = new Map<string, Followed>();
  readonly #pending = new Map<string, NodeJS.Timeout>();

  constructor(statistics: Pick<Statistics, 'watchRefusals'>, tell: (uuid: string) => void) {
    this.#statistics = statistics;
    this.#tell = tell;
  }

  /** Listens to these VEs, and to no others. */
  async follow(
    subjects: readonly { readonly subject: Subject; readonly generation: string }[],
  ): Promise<void> {
    const wanted = new Map(subjects.map((one) => [one.subject.uuid, one]));
    for (const [uuid, { generation }] of this.#followed)
      if (wanted.get(uuid)?.generation !== generation) this.#leave(uuid);
    for (const { subject, generation } of wanted.values()) await this.hear(subject, generation);
  }

  /** Listens to one more. */
  async hear({ uuid, paths }: Subject, generation: string): Promise<void> {
    if (this.#followed.get(uuid)?.generation === generation) return;
    this.#leave(uuid);
    const watch = await this.#statistics.watchRefusals(paths, () => this.#heard(uuid));
    this.#followed.set(uuid, { generation, watch });
  }

  close(): void {
    for (const uuid of this.#followed.keys()) this.#leave(uuid);
  }

  #heard(uuid: string): void {
    if (this.#pending.has(uuid)) return;
    const timer = setTimeout(() => {
      this.#pending.delete(uuid);
      this.#tell(uuid);
    }, gathering);
    this.#pending.set(uuid, timer.unref());
  }

  #leave(uuid: string): void {
    this.#followed.get(uuid)?.watch.close();
    this.#followed.delete(uuid);
    clearTimeout(this.#pending.get(uuid));
    this.#pending.delete(uuid);
  }
}
