import { CodedError } from '@insula/contract';
import type { OperationEngine, OperationRecord } from '@insula/operations';
import { templateLock } from '@insula/templates';
import type { VePorts } from '@insula/ve';

type Progress = (fraction: number, text?: string) => void;

/** Builds images of templates with applications for creations that need them, as operations of their own: whoever wants the same waits. */
export class GoldenImages {
  readonly #engine: () => OperationEngine;
  readonly #watched = new Map<string, Progress>();

  constructor(engine: () => OperationEngine) {
    this.#engine = engine;
  }

  /** Settles when the image is there. @throws what building it throws */
  readonly have: VePorts['haveGoldenImage'] = async ({ name, input }, { signal, progress }) => {
    const engine = this.#engine();
    const { id } = await engine.submit({
      kind: 'template.golden',
      target: { kind: 'template', id: name, name },
      input,
      locks: [templateLock(name)],
      ifBusy: 'wait',
    });
    const cancel = (): void => {
      try {
        engine.cancel(id);
      } catch {
        // it has ended, or is about to
      }
    };
    this.#watched.set(id, progress);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const { error } = await engine.finished(id);
      signal.throwIfAborted();
      if (error !== null) throw CodedError.fromProblem(error);
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#watched.delete(id);
    }
  };

  /** To be told of every change of a record. */
  changed({ id, progress, message }: OperationRecord): void {
    this.#watched.get(id)?.(progress, message);
  }
}
