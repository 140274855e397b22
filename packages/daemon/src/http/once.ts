import { createHash } from 'node:crypto';
import { fault } from '@insula/contract';
import type { OperationEngine, OperationRecord } from '@insula/operations';
import type { FastifyRequest } from 'fastify';
import type { RepetitionStore } from '../store/repetition-store.ts';

const header = 'idempotency-key';

/**
 * Requests that carry an idempotency key begin one operation, however often they are sent within a day: who lost the answer sends the
 * same again and gets it. Only a daemon that dies between beginning the operation and noting the key forgets.
 */
export class Once {
  readonly #repetitions: RepetitionStore;
  readonly #engine: Pick<OperationEngine, 'find'>;
  /** Requests that are being looked at right now. */
  readonly #underWay = new Map<string, Promise<OperationRecord>>();

  constructor(repetitions: RepetitionStore, engine: Pick<OperationEngine, 'find'>) {
    this.#repetitions = repetitions;
    this.#engine = engine;
  }

  /** @throws CodedError key_reused, invalid_input, and what `begin` throws */
  async begin(request: FastifyRequest, begin: () => Promise<OperationRecord>): Promise<OperationRecord> {
    const key = request.headers[header];
    if (key === undefined) return await begin();
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key))
      throw fault('invalid_input', { field: header, problem: 'must be 1 to 128 printable characters' });
    const caller = request.caller.name ?? '';
    const place = JSON.stringify([caller, key]);
    while (this.#underWay.has(place)) await this.#underWay.get(place)?.catch(() => undefined);
    const digest = digestOf(request);
    const known = this.#repetitions.find(caller, key);
    if (known !== undefined && known.request !== digest) throw fault('key_reused', { key });
    const record = known === undefined ? undefined : this.#engine.find(known.operation);
    if (record !== undefined) return record;
    const beginning = begin().then((begun) => {
      this.#repetitions.add(caller, key, digest, begun.id);
      return begun;
    });
    this.#underWay.set(place, beginning);
    try {
      return await beginning;
    } finally {
      this.#underWay.delete(place);
    }
  }
}

function digestOf({ method, url, body }: FastifyRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest('hex');
}
