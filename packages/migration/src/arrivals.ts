import { fault } from '@insula/contract';
import type { Decision } from './protocol.ts';

/** One migration to this node while its operation runs. */
export interface ArrivalSession {
  readonly uuid: string;
  readonly peer: string;
  /** The private area is there: what comes before that would lie below it. */
  readonly placed: PromiseWithResolvers<void>;
  /** All files are there. */
  readonly received: PromiseWithResolvers<void>;
  /** Everything is there, and only waits for the word. Rejected when it cannot come. */
  readonly ready: PromiseWithResolvers<void>;
  readonly decided: PromiseWithResolvers<Decision>;
  /** When the source was last heard; milliseconds since 1970. */
  heardAt: number;
  /** Streams that arrive right now. */
  streams: number;
}

/** What the source of a migration says, and what the operation here waits for. In memory: a daemon that was restarted asks the source. */
export class Arrivals {
  readonly #sessions = new Map<string, ArrivalSession>();

  open(id: string, uuid: string, peer: string): ArrivalSession {
    const known = this.#sessions.get(id);
    if (known !== undefined) return known;
    const session: ArrivalSession = {
      uuid,
      peer,
      placed: Promise.withResolvers(),
      received: Promise.withResolvers(),
      ready: Promise.withResolvers(),
      decided: Promise.withResolvers(),
      heardAt: Date.now(),
      streams: 0,
    };
    // nobody may be waiting when one of them fails
    session.placed.promise.catch(() => undefined);
    session.ready.promise.catch(() => undefined);
    session.received.promise.catch(() => undefined);
    this.#sessions.set(id, session);
    return session;
  }

  knows(id: string): boolean {
    return this.#sessions.has(id);
  }

  /** Of the given node only, if one is given. @throws CodedError migration_unknown */
  find(id: string, peer?: string): ArrivalSession {
    const session = this.#sessions.get(id);
    if (session === undefined || (peer !== undefined && session.peer !== peer))
      throw fault('migration_unknown', { migration: id });
    session.heardAt = Date.now();
    return session;
  }

  close(id: string, problem: Error): void {
    const session = this.#sessions.get(id);
    session?.placed.reject(problem);
    session?.ready.reject(problem);
    this.#sessions.delete(id);
  }
}
