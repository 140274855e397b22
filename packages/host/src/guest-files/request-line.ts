import type { GuestFileRead, GuestFileRequest, GuestFileWrite } from './guest-files.ts';

type AnyRequest =
  | GuestFileRequest
  | ({ readonly kind: 'read' } & GuestFileRead)
  | ({ readonly kind: 'write'; readonly temporary: Buffer } & GuestFileWrite);

const nothing = '~';

/** The line that `filesScript` reads: words divided by blanks; an x stands before the hexadecimal digits of a path, and - for "as it is". */
export const requestLine = (request: AnyRequest): string => [request.kind, ...values(request)].join(' ');

const values = (request: AnyRequest): readonly (string | number)[] => {
  switch (request.kind) {
    case 'list':
      return [bytes(request.path), request.most, request.after === null ? nothing : bytes(request.after)];
    case 'show':
      return [bytes(request.path)];
    case 'make-directory':
      return [bytes(request.path), request.mode, Number(request.parents)];
    case 'remove':
      return [bytes(request.path), Number(request.recursive)];
    case 'rename':
      return [bytes(request.path), bytes(request.to), Number(request.replace)];
    case 'change':
      return [bytes(request.path), request.mode ?? '-', request.uid ?? '-', request.gid ?? '-'];
    case 'read':
      return [bytes(request.path), request.offset, request.length ?? '-'];
    case 'write':
      return [bytes(request.path), bytes(request.temporary), request.mode ?? '-', condition(request.onlyIf)];
  }
};

const bytes = (path: Buffer): string => `x${path.toString('hex')}`;

const condition = (onlyIf: GuestFileWrite['onlyIf']): string =>
  typeof onlyIf === 'string' ? onlyIf : onlyIf.version;
