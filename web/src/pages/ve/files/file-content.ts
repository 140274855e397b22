import type { GuestFile } from '@insula/contract';
import { open } from '../../../calls/client.ts';
import { upload } from '../../../calls/upload.ts';
import { bytesOfText, mostTextBytes, type TextContent, textContentOf } from './text-content.ts';

/** A file as it was read, and the version that it had then. */
export interface OpenedFile {
  readonly version: string;
  readonly content: TextContent;
}

/** Reads a file to show it as text; of a large one only as much as it takes to know that. @throws as `open` */
export async function readFile(ve: string, path: string, signal?: AbortSignal): Promise<OpenedFile> {
  const query = { path, length: mostTextBytes + 1 };
  const response = await open('file.read', { params: { ve }, query }, signal ? { signal } : {});
  const version = (response.headers.get('etag') ?? '').replaceAll('"', '');
  return { version, content: textContentOf(new Uint8Array(await response.arrayBuffer())) };
}

/** Writes a text over the version that was read, and over no other. @throws CodedError precondition_failed, and as `upload` */
export async function writeFile(
  ve: string,
  path: string,
  { text, lineEnd }: { readonly text: string; readonly lineEnd: '\n' | '\r\n' },
  version: string,
): Promise<GuestFile> {
  const headers = { 'if-match': `"${version}"` };
  return await upload('file.write', { params: { ve }, query: { path } }, bytesOfText(text, lineEnd), {
    headers,
  });
}
