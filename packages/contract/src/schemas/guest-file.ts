import { type Static, Type } from 'typebox';

/** How names that are no UTF-8 are written: before the bytes of a whole path. */
export const encodedPathPrefix = 'base64url:';

const guestPath = (description: string) =>
  Type.String({
    pattern: `^(?:/[^\\u0000]*|${encodedPathPrefix}[A-Za-z0-9_-]+)$`,
    maxLength: 5600,
    description,
    examples: ['/etc/hosts'],
  });

/** A path inside a VE, which may have names of any bytes. */
export const GuestPath = guestPath(
  'Absolute path inside the VE; one that is no UTF-8 as base64url: and its bytes, as lists give it',
);

export const GuestPathAfter = guestPath('Go on after this entry: the path of the last one that came');

const FileMode = Type.String({
  pattern: '^[0-7]{3,4}$',
  description: 'Permissions as octal digits',
  examples: ['0644', '755'],
});

/** Ids that a VE has. */
const id = (description: string) => Type.Integer({ minimum: 0, maximum: 65_535, description });

const fileKinds = ['file', 'directory', 'link', 'pipe', 'socket', 'device'] as const;

/** A name in a VE. Names and texts of links are the VE's own words. */
export const GuestFile = Type.Object(
  {
    name: Type.String({
      description: 'Last name of the path, for people; what is no UTF-8 in it is replaced',
    }),
    path: Type.String({ description: 'Absolute path, to be given to other calls as it is' }),
    kind: Type.Enum([...fileKinds]),
    mode: Type.String({ description: 'Permissions as four octal digits' }),
    uid: Type.Integer({ description: 'Owner, by its number inside' }),
    gid: Type.Integer({ description: 'Group, by its number inside' }),
    sizeBytes: Type.Integer(),
    modifiedAt: Type.String({ description: 'ISO 8601, UTC' }),
    links: Type.Integer({ description: 'Names that it has' }),
    target: Type.Union([Type.String(), Type.Null()], { description: 'Text of a link; null for others' }),
    targetKind: Type.Union([Type.Enum([...fileKinds]), Type.Null()], {
      description: 'What a link leads to; null for others, and for one that leads nowhere',
    }),
    version: Type.String({ description: 'Another one after each write; for If-Match, in quotes' }),
  },
  { additionalProperties: false, $id: 'GuestFile' },
);
export type GuestFile = Static<typeof GuestFile>;

/** What `file set` takes: what is left out stays. */
export const GuestFileChange = Type.Object(
  {
    mode: Type.Optional(FileMode),
    uid: Type.Optional(id('Owner, by its number inside the VE')),
    gid: Type.Optional(id('Group, by its number inside the VE')),
  },
  { additionalProperties: false, minProperties: 1, $id: 'GuestFileChange' },
);
export type GuestFileChange = Static<typeof GuestFileChange>;

export const GuestDirectoryMake = Type.Object(
  {
    path: GuestPath,
    mode: Type.Optional(FileMode),
    parents: Type.Optional(
      Type.Boolean({ 'x-short': 'p', description: 'Make those above it, too; it may be there already' }),
    ),
  },
  { additionalProperties: false, $id: 'GuestDirectoryMake' },
);

export const GuestFileRename = Type.Object(
  {
    path: GuestPath,
    to: GuestPath,
    replace: Type.Optional(
      Type.Boolean({ description: 'Replace what has the new name; else it is refused' }),
    ),
  },
  { additionalProperties: false, $id: 'GuestFileRename' },
);

/** Query fields of content. */
export const guestContentFields = {
  path: GuestPath,
  offset: Type.Optional(
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Bytes to begin after' }),
  ),
  length: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Bytes at most; default: to the end',
    }),
  ),
};

export const newFileMode = { mode: Type.Optional(FileMode) };
