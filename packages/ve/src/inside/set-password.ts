import { fault } from '@insula/contract';
import type { FilesInside } from './files-inside.ts';
import { withPassword } from './shadow-entry.ts';

const shadow = '/etc/shadow';
/** Enough for thousands of accounts. */
const maxBytes = 1_048_576;

/**
 * Sets the hash of an account's password. Somebody who changes the file meanwhile is not overwritten.
 * @throws CodedError entry_not_found, precondition_failed, and what files of a VE fail with
 */
export async function setPassword(
  { files, ve }: { readonly files: FilesInside; readonly ve: string },
  password: { readonly account: string; readonly hash: string; readonly day: number },
): Promise<void> {
  const { file, content } = await files.read(shadow, { length: maxBytes });
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  // bytes that are no UTF-8 stay what they are
  const text = Buffer.concat(chunks).toString('latin1');
  if (file.sizeBytes > maxBytes)
    throw fault('file_refused', { ve, path: shadow, problem: 'it is too large' });
  const next = withPassword(text, password);
  if (next === null) throw fault('entry_not_found', { kind: 'account', name: password.account });
  const { version } = file;
  await files.write(shadow, { onlyIf: { version } }, oneChunk(Buffer.from(next, 'latin1')));
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
