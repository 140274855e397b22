import { fault, VeArchiveHead } from '@insula/contract';
import type { Host } from '@insula/host';
import { firstFile } from '@insula/templates';
import { Compile } from 'typebox/compile';
import { headFile } from './archive-layout.ts';

const maxBytes = 1_048_576;

/** What the archive of a VE says of itself; nothing more of it is read. @throws CodedError archive_refused */
export async function readArchiveHead(
  { commands }: Pick<Host, 'commands'>,
  archive: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<VeArchiveHead> {
  const bytes = await firstFile({ commands, archive, name: headFile, maxBytes, signal });
  const refuse = (problem: string) => fault('archive_refused', { archive, problem });
  let head: unknown;
  try {
    head = JSON.parse(bytes.toString());
  } catch {
    throw refuse(`its ${headFile} is no JSON`);
  }
  if (!headCheck.Check(head)) {
    const [first] = headCheck.Errors(head);
    throw refuse(
      `its ${headFile} does not describe a VE: ${first?.instancePath ?? ''} ${first?.message ?? ''}`,
    );
  }
  const names = head.snapshots.map(({ name }) => name);
  if (new Set(names).size < names.length) throw refuse('two of its snapshots have one name');
  return head;
}

const headCheck = Compile(VeArchiveHead);
