import {
  type CallInput,
  CodedError,
  fault,
  type OperationId,
  type OperationTable,
  parseAnswer,
  type ResultOf,
  requestOf,
  requestPath,
} from '@insula/contract';
import { pageHeaders, refusalOf } from './client.ts';

/** Calls that take a stream of bytes. */
type UploadId = {
  [Id in OperationId]: OperationTable[Id]['kind'] extends 'upload' ? Id : never;
}[OperationId];

interface UploadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Called with the part of the bytes that have gone, from 0 to 1. */
  readonly onProgress?: (part: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Sends bytes. By XMLHttpRequest, since fetch tells nothing of what has gone.
 * @throws CodedError what the daemon answered, or daemon_unavailable; AbortError
 */
export async function upload<Id extends UploadId>(
  id: Id,
  input: CallInput<Id>,
  bytes: Blob | Uint8Array<ArrayBuffer>,
  { headers = {}, onProgress, signal }: UploadOptions = {},
): Promise<ResultOf<OperationTable[Id]>> {
  const call = requestOf(id, input);
  const request = new XMLHttpRequest();
  const { status, answer } = await new Promise<{ readonly status: number; readonly answer: string }>(
    (resolve, reject) => {
      request.open(call.definition.method, requestPath(call));
      const all = { ...pageHeaders, 'content-type': 'application/octet-stream', ...headers };
      for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded, total }) => onProgress?.(total === 0 ? 1 : loaded / total);
      request.onload = () => resolve({ status: request.status, answer: request.responseText });
      request.onerror = () =>
        reject(fault('daemon_unavailable', { socket: location.host, problem: 'no answer' }));
      request.onabort = () => reject(new DOMException('given up', 'AbortError'));
      signal?.addEventListener('abort', () => request.abort(), { once: true });
      request.send(bytes);
    },
  );
  if (status >= 400) throw refusalOf(answer, status);
  return parseAnswer(answer) as ResultOf<OperationTable[Id]>;
}

/** Whether an error says that what was to be replaced is another one by now. */
export function isConflict(error: unknown): boolean {
  return error instanceof CodedError && ['precondition_failed', 'file_exists'].includes(error.code);
}
