import type { OperationId } from '@insula/contract';
import { allowed, FilesInside, stateOf, type VeEntry, veLock } from '@insula/ve';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** Every call that reads or writes files inside a VE; accounts are kept in some. */
export type FileCall = Extract<OperationId, `file.${string}` | `account.${string}` | 've.password'>;

/**
 * Does something with files of a VE. While one is only mounted nothing may start, unmount or change what it stands on: its lock is
 * held. Whatever may last ends when `wanted` says that an operation waits.
 * @throws CodedError wrong_state, busy
 */
export async function withFiles<T>(
  { registry, engine, ports, host }: Node,
  call: FileCall,
  reference: string,
  { signal, mayLast = false }: { readonly signal: AbortSignal; readonly mayLast?: boolean },
  use: (files: FilesInside) => Promise<T>,
): Promise<T> {
  const all = { ...ports, guestFiles: host.guestFiles };
  const entry = allowed(call, registry.find(reference));
  if (stateOf(entry.runtime) === 'running') return await use(new FilesInside(all, entry, signal));
  const { uuid, name } = entry.spec;
  const target = { kind: 've', id: uuid, name } as const;
  return await engine.hold({ locks: [veLock(uuid)], target, signal }, async (wanted) => {
    // who held it before may have started it
    const now: VeEntry = allowed(call, registry.find(uuid));
    return await use(new FilesInside(all, now, mayLast ? AbortSignal.any([signal, wanted]) : signal));
  });
}

type FileReads = Pick<
  Reads,
  'file.list' | 'file.show' | 'file.set' | 'file.remove' | 'file.rename' | 'file.mkdir'
>;

/** The calls on files inside VEs. Each is done when it answers; contents go as streams. */
export function fileCalls(node: Node): FileReads {
  return {
    'file.list': async ({ params, query, signal }) =>
      await withFiles(node, 'file.list', params.ve, { signal }, async (files) => await files.list(query)),
    'file.show': async ({ params, query, signal }) =>
      await withFiles(
        node,
        'file.show',
        params.ve,
        { signal },
        async (files) => await files.show(query.path),
      ),
    'file.set': async ({ params, query, body, signal }) =>
      await withFiles(
        node,
        'file.set',
        params.ve,
        { signal },
        async (files) => await files.change(query.path, body),
      ),
    'file.remove': async ({ params, query, signal }) =>
      await withFiles(
        node,
        'file.remove',
        params.ve,
        { signal, mayLast: true },
        async (files) => await files.remove(query.path, query.recursive === true),
      ),
    'file.rename': async ({ params, body, signal }) =>
      await withFiles(
        node,
        'file.rename',
        params.ve,
        { signal },
        async (files) => await files.rename(body.path, body.to, body.replace === true),
      ),
    'file.mkdir': async ({ params, body, signal }) =>
      await withFiles(
        node,
        'file.mkdir',
        params.ve,
        { signal },
        async (files) => await files.makeDirectory(body),
      ),
  };
}
