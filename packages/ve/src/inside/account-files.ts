import { fault } from '@insula/contract';
import type { FilesInside } from './files-inside.ts';

/** Files of a VE, and its name for errors. */
export interface AccountFiles {
  readonly files: FilesInside;
  readonly ve: string;
}

/** Enough for thousands of accounts. */
const maxBytes = 1_048_576;

/**
 * One of the files that hold accounts, whole.
 * @throws CodedError file_refused when it is too large, and what files of a VE fail with
 */
export async function readAccountFile(
  { files, ve }: AccountFiles,
  path: '/etc/passwd' | '/etc/group' | '/etc/shadow',
): Promise<{ readonly content: Buffer; readonly version: string }> {
  const { file, content } = await files.read(path, { length: maxBytes });
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  if (file.sizeBytes > maxBytes) throw fault('file_refused', { ve, path, problem: 'it is too large' });
  return { content: Buffer.concat(chunks), version: file.version };
}
