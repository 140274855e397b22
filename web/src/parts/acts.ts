import {
  type CallInput,
  CodedError,
  type Operation,
  type OperationId,
  type OperationTable,
} from '@insula/contract';
import { notifications } from '@mantine/notifications';
import { type AnswerOf, call } from '../calls/client.ts';
import { follow } from '../calls/follow.ts';
import { text } from '../text/index.ts';
import { sentence } from './failure.tsx';

/** Calls that begin an operation. */
export type ChangeId = {
  [Id in OperationId]: OperationTable[Id]['kind'] extends 'change' ? Id : never;
}[OperationId];

/** Calls that change something at once. */
export type EditId = {
  [Id in OperationId]: OperationTable[Id]['kind'] extends 'edit' ? Id : never;
}[OperationId];

/** Begins an operation and follows it to its end. @throws CodedError what it was refused or failed with */
export async function change<Id extends ChangeId>(id: Id, input: CallInput<Id>): Promise<Operation> {
  const begun: unknown = await call(id, input);
  return await follow(begun as Operation);
}

/** Does something that needs no form: how it ends is told in the corner, and may depend on its result. Answers whether it went well. */
export async function act<Id extends ChangeId>(
  id: Id,
  input: CallInput<Id>,
  done?: string | ((ended: Operation) => string),
): Promise<boolean> {
  return await told(() => change(id, input), done);
}

/** As `act`, for what is done at once; what is told may depend on the answer. */
export async function edit<Id extends EditId>(
  id: Id,
  input: CallInput<Id>,
  done?: string | ((answer: AnswerOf<Id>) => string),
): Promise<boolean> {
  return await told<AnswerOf<Id>>(() => call(id, input), done);
}

async function told<Result>(
  work: () => Promise<Result>,
  done: string | ((result: Result) => string) | undefined,
): Promise<boolean> {
  try {
    const result = await work();
    const message = typeof done === 'function' ? done(result) : done;
    if (message !== undefined) notifications.show({ message, color: 'teal', autoClose: 3000 });
    return true;
  } catch (error) {
    tellFailure(error);
    return false;
  }
}

/** Tells in the corner what failed; it stays until it is closed. */
function tellFailure(error: unknown): void {
  const coded = error instanceof CodedError ? error : null;
  notifications.show({
    title: sentence(coded?.message ?? String(error)),
    message: coded === null ? text.common.unexpected : sentence(coded.hint),
    color: 'red',
    autoClose: false,
    withCloseButton: true,
  });
}
