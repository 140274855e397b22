import { fault } from '@insula/contract';
import { type AccountFiles, readAccountFile } from './account-files.ts';
import { withPassword } from './shadow-entry.ts';

/** The hash of an account's password, and the day on which it was set, counted from 1970. */
export interface NewPassword {
  readonly account: string;
  readonly hash: string;
  readonly day: number;
}

/**
 * Sets the hash of an account's password. Somebody who changes the file meanwhile is not overwritten.
 * @throws CodedError entry_not_found, precondition_failed, and what files of a VE fail with
 */
export async function setPassword(place: AccountFiles, password: NewPassword): Promise<void> {
  const { content, version } = await readAccountFile(place, '/etc/shadow');
  // bytes that are no UTF-8 stay what they are
  const next = withPassword(content.toString('latin1'), password);
  if (next === null) throw fault('entry_not_found', { kind: 'account', name: password.account });
  await place.files.write('/etc/shadow', { onlyIf: { version } }, oneChunk(Buffer.from(next, 'latin1')));
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
