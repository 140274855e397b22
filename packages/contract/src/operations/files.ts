import { Type } from 'typebox';
import {
  GuestDirectoryMake,
  GuestFile,
  GuestFileChange,
  GuestFileRename,
  GuestPath,
  GuestPathAfter,
  guestContentFields,
  newFileMode,
} from '../schemas/guest-file.ts';
import { column, defineOperation } from './definition.ts';
import { insideErrors, veParams } from './parts.ts';

const right = { align: 'right' } as const;

const writeErrors = [...insideErrors, 'file_exists', 'precondition_failed', 'no_space'] as const;

/** What all of these calls have in common: they are done by the VE's own root, in a VE that is up or mounted. */
const inside = {
  params: veParams,
  permission: 've.files',
  states: ['running', 'mounted'],
} as const;

export const fileList = defineOperation({
  id: 'file.list',
  title: 'List a folder of a VE',
  description:
    'The entries of a folder of a VE that is running or mounted, in the order of their bytes: at most `most`, those after `after` if it is given. A link to a folder is followed.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/files/list',
  ...inside,
  query: Type.Object(
    {
      path: GuestPath,
      most: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 5000,
          default: 1000,
          description: 'Entries at most; with fewer in the answer, there are no more',
        }),
      ),
      after: Type.Optional(GuestPathAfter),
    },
    { additionalProperties: false },
  ),
  result: Type.Array(GuestFile),
  errors: [...insideErrors],
  cli: {
    verb: ['file', 'list'],
    positionals: [{ field: 've' }, { field: 'path' }],
    columns: [
      column('kind'),
      column('mode'),
      column('uid', right),
      column('gid', right),
      column('sizeBytes', { title: 'SIZE', ...right }),
      column('modifiedAt', { title: 'MODIFIED' }),
      column('name'),
      column('target'),
      column('path', { shown: false }),
      column('links', { shown: false, ...right }),
      column('version', { shown: false }),
    ],
    examples: [{ command: 'insula file list web1 /etc', text: 'with owners and sizes' }],
  },
});

export const fileShow = defineOperation({
  id: 'file.show',
  title: 'Show a file of a VE',
  description: 'Facts about one name in a VE that is running or mounted; a link is not followed.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/files/entry',
  ...inside,
  query: Type.Object({ path: GuestPath }, { additionalProperties: false }),
  result: GuestFile,
  errors: [...insideErrors],
  cli: {
    verb: ['file', 'show'],
    positionals: [{ field: 've' }, { field: 'path' }],
    examples: [{ command: 'insula file show web1 /etc/nginx/nginx.conf', text: 'and its version' }],
  },
});

export const fileSet = defineOperation({
  id: 'file.set',
  title: 'Change owner or permissions of a file of a VE',
  description:
    'Changes owner, group or permissions of one name; what is left out stays. Of a link owner and group are its own; it has no permissions.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/ves/{ve}/files/entry',
  ...inside,
  query: Type.Object({ path: GuestPath }, { additionalProperties: false }),
  body: GuestFileChange,
  result: GuestFile,
  errors: [...writeErrors],
  cli: {
    verb: ['file', 'set'],
    positionals: [{ field: 've' }, { field: 'path' }],
    examples: [
      { command: 'insula file set web1 /srv/site --mode 0750', text: 'chmod' },
      { command: 'insula file set web1 /srv/site --uid 33 --gid 33', text: 'chown, by numbers inside' },
    ],
  },
});

export const fileRemove = defineOperation({
  id: 'file.remove',
  title: 'Remove a file or folder of a VE',
  description:
    'Removes one name; a folder only when it is empty, or with `recursive`. No link is followed, and nothing that is mounted below is touched.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/ves/{ve}/files/entry',
  ...inside,
  query: Type.Object(
    {
      path: GuestPath,
      recursive: Type.Optional(
        Type.Boolean({ 'x-short': 'r', description: 'A folder with all that is in it' }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Null(),
  errors: [...writeErrors],
  cli: {
    verb: ['file', 'remove'],
    positionals: [{ field: 've' }, { field: 'path' }],
    examples: [{ command: 'insula file remove web1 /srv/old --recursive', text: 'a folder' }],
  },
});

export const fileRename = defineOperation({
  id: 'file.rename',
  title: 'Rename a file or folder of a VE',
  description: 'Gives a file or folder another name, also in another folder of the same file system.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/ves/{ve}/files/rename',
  ...inside,
  body: GuestFileRename,
  result: GuestFile,
  errors: [...writeErrors],
  cli: {
    verb: ['file', 'rename'],
    positionals: [{ field: 've' }, { field: 'path' }, { field: 'to' }],
    examples: [
      { command: 'insula file rename web1 /srv/new /srv/site', text: 'unless there is a /srv/site' },
    ],
  },
});

export const fileMakeDirectory = defineOperation({
  id: 'file.mkdir',
  title: 'Make a folder in a VE',
  description: 'Makes a folder, which belongs to whom the one above it belongs.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/ves/{ve}/files/directories',
  ...inside,
  body: GuestDirectoryMake,
  result: GuestFile,
  errors: [...writeErrors],
  cli: {
    verb: ['file', 'mkdir'],
    positionals: [{ field: 've' }, { field: 'path' }],
    examples: [{ command: 'insula file mkdir web1 /srv/site/img --parents', text: 'with those above it' }],
  },
});

export const fileRead = defineOperation({
  id: 'file.read',
  title: 'Read a file of a VE',
  description:
    'The bytes of a regular file, or a part of them, also through a link. The header ETag says its version, for If-Match when it is written.',
  kind: 'download',
  method: 'GET',
  path: '/v1/ves/{ve}/files/content',
  ...inside,
  query: Type.Object(guestContentFields, { additionalProperties: false }),
  result: Type.String(),
  contentType: 'application/octet-stream',
  errors: [...insideErrors],
  cli: {
    verb: ['file', 'get'],
    positionals: [{ field: 've' }, { field: 'path' }],
    own: true,
    examples: [{ command: 'insula file get web1 /etc/hosts', text: 'to standard output' }],
  },
});

export const fileWrite = defineOperation({
  id: 'file.write',
  title: 'Write a file of a VE',
  description:
    'Replaces a file at once by what is sent, when all of it has come; through a link, where it leads. Owner, group, permissions and access lists stay; a new file belongs to whom its folder belongs. With `If-Match: "VERSION"` only the version that was read is replaced, with `If-None-Match: *` none is.',
  kind: 'upload',
  method: 'PUT',
  path: '/v1/ves/{ve}/files/content',
  ...inside,
  query: Type.Object({ path: GuestPath, ...newFileMode }, { additionalProperties: false }),
  result: GuestFile,
  contentType: 'application/octet-stream',
  errors: [...writeErrors],
  cli: {
    verb: ['file', 'put'],
    positionals: [{ field: 've' }, { field: 'path' }],
    own: true,
    examples: [
      { command: 'insula file put web1 /etc/motd < motd', text: 'from standard input' },
      {
        command: 'insula file put web1 /etc/motd --version 1f-2a-68e-0 < motd',
        text: 'if nobody was faster',
      },
    ],
  },
});
