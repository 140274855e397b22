import { CodedError, type Operation, type Problem } from '@insula/contract';
import { call } from './client.ts';
import { live } from './live.ts';

export function isFinished({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

/**
 * Follows an operation to its end, by events; `onUpdate` sees what it becomes on the way. After a lost connection it is asked for.
 * @throws CodedError what it failed with
 */
export async function follow(
  operation: Operation,
  onUpdate?: (operation: Operation) => void,
): Promise<Operation> {
  const ended = isFinished(operation) ? operation : await endOf(operation, onUpdate);
  if (ended.state === 'succeeded') return ended;
  throw CodedError.fromProblem(
    ended.error ??
      ({
        code: 'cancelled',
        detail: ended.message,
        details: { operation: ended.kind },
      } as unknown as Problem),
  );
}

function endOf({ id }: Operation, onUpdate?: (operation: Operation) => void): Promise<Operation> {
  return new Promise((resolve) => {
    const see = (operation: Operation) => {
      onUpdate?.(operation);
      if (!isFinished(operation)) return;
      leaveEvents();
      leaveGaps();
      resolve(operation);
    };
    const ask = () => {
      call('operation.show', { params: { operation: id } }).then(see, () => undefined);
    };
    const leaveEvents = live.onEvents((events) => {
      for (const event of events)
        if (event.kind === 'operation' && event.operation.id === id) see(event.operation);
    });
    const leaveGaps = live.onGap(ask);
    // it may have ended before anybody listened
    ask();
  });
}
