import { createHash } from 'node:crypto';
import { fault, type OperationDefinition, operationRows } from '@insula/contract';
import type { FastifyRequest } from 'fastify';

/** The version of an answer in JSON (RFC 9110 §8.8.3): a strong one, since it is made of its bytes. */
export function versionOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Whether the caller has this version already. */
export function isKnown({ headers }: FastifyRequest, version: string): boolean {
  return listed(headers['if-none-match']).some((known) => known.replace(/^W\//, '') === version);
}

/** The call that reads what another call changes: the one with GET on the same path. */
export function twinOf({ path, method }: OperationDefinition): OperationDefinition | undefined {
  if (method === 'POST') return undefined;
  return operationRows.find((row) => row.path === path && row.method === 'GET' && row.kind === 'read');
}

/**
 * With If-Match a change is made only to what the caller has seen: what reading it answers with must have one of the versions named.
 * @throws CodedError precondition_failed
 */
export async function requireVersion(
  { headers }: FastifyRequest,
  twin: OperationDefinition | undefined,
  read: () => Promise<unknown>,
): Promise<void> {
  const wanted = listed(headers['if-match']);
  if (wanted.length === 0) return;
  if (twin === undefined)
    throw fault('precondition_failed', { problem: 'this call changes nothing that has a version' });
  const answer = await read();
  if (!wanted.includes('*') && !wanted.includes(versionOf(JSON.stringify(answer))))
    throw fault('precondition_failed', { problem: 'somebody has changed it since' });
}

export const listed = (header: string | undefined): readonly string[] =>
  (header ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
