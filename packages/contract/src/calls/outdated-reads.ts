import { type OperationId, operationTable } from '../operations/table.ts';

/** What an edit shows in beside the reads of its own noun: the first word of a call's id, or a whole id. */
const shownIn: Readonly<Record<string, readonly string[]>> = {
  grant: ['user', 'whoami'],
  login: ['session'],
  passkey: ['user', 'whoami'],
  policy: ['whoami'],
  role: ['grant', 'whoami'],
  service: ['ve.services', 've.processes'],
  totp: ['user', 'whoami'],
  user: ['grant', 'session', 'whoami'],
};

/** What concerns a VE as a whole is told by events of the VE: of its own edits only these show elsewhere. */
const shownInOf: Readonly<Record<string, readonly OperationId[]>> = {
  've.password': [],
  've.signal': ['ve.processes', 've.services'],
};

/** The reads whose answers are not what they were after an edit with this id; none for an id that is none. */
export function outdatedReads(call: string): readonly OperationId[] {
  const own = shownInOf[call];
  if (own !== undefined) return own;
  const [noun = ''] = call.split('.');
  const parts = [noun, ...(shownIn[noun] ?? [])];
  return (Object.keys(operationTable) as OperationId[]).filter(
    (id) =>
      operationTable[id].kind === 'read' && parts.some((part) => id === part || id.startsWith(`${part}.`)),
  );
}
