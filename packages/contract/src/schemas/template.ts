import { type Static, Type } from 'typebox';
import { TemplateName } from './names.ts';

/** Kinds of init that a VE can run; how each is stopped and asked whether it is ready stands in the `templates` package. */
export const initKinds = ['systemd', 'sysvinit', 'busybox'] as const;
export const InitKind = Type.Enum([...initKinds]);
export type InitKind = (typeof initKinds)[number];

/** One built version of a template: what `layer.json` holds. */
export const TemplateVersion = Type.Object(
  {
    name: TemplateName,
    version: Type.String({ pattern: '^[0-9A-Za-z.]{1,32}$' }),
    title: Type.String(),
    distribution: Type.String(),
    release: Type.String(),
    init: InitKind,
    bytes: Type.Integer({ description: 'Size of its files' }),
    files: Type.Integer(),
    createdAt: Type.String(),
    digest: Type.Optional(
      Type.String({
        pattern: '^sha256:[0-9a-f]{64}$',
        description: 'Identity of the content; a plain tree, which shares nothing, has none',
      }),
    ),
    origin: Type.Optional(
      Type.String({
        pattern: '^sha256:[0-9a-f]{64}$',
        description: 'Identity of what it was built from: the definition, and the version that it adds to',
      }),
    ),
  },
  { additionalProperties: false, $id: 'TemplateVersion' },
);
export type TemplateVersion = Static<typeof TemplateVersion>;

/** A template as `template list` shows it: defined, and perhaps built. */
export const TemplateSummary = Type.Object(
  {
    name: TemplateName,
    title: Type.String(),
    distribution: Type.String(),
    release: Type.String(),
    init: InitKind,
    version: Type.Union([Type.String(), Type.Null()], {
      description: 'Newest version built; null: not built yet',
    }),
    versions: Type.Array(Type.String()),
    bytes: Type.Union([Type.Integer(), Type.Null()]),
    usedBy: Type.Integer({ description: 'VEs that stand on it' }),
  },
  { additionalProperties: false, $id: 'TemplateSummary' },
);
export type TemplateSummary = Static<typeof TemplateSummary>;

/** A template in full: how it is defined, and every version of it that the node has. */
export const TemplateDetail = Type.Object(
  {
    name: TemplateName,
    title: Type.String(),
    distribution: Type.String(),
    release: Type.String(),
    init: InitKind,
    extends: Type.Union([Type.String(), Type.Null()], { description: 'The template that it adds to' }),
    source: Type.Union([Type.String(), Type.Null()], {
      description: 'What its system is made of; null where it is built, but not defined any more',
    }),
    definition: Type.Union([Type.String(), Type.Null()], { description: 'File of its definition' }),
    packages: Type.Array(Type.String(), { description: 'Packages that its definition asks for' }),
    versions: Type.Array(
      Type.Object(
        {
          version: Type.String(),
          createdAt: Type.String(),
          bytes: Type.Integer(),
          files: Type.Integer(),
          packages: Type.Integer({ description: 'Packages that are installed in it' }),
          usedBy: Type.Integer({ description: 'VEs that stand on it' }),
          digest: Type.Union([Type.String(), Type.Null()]),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'TemplateDetail' },
);
export type TemplateDetail = Static<typeof TemplateDetail>;

const PackageChange = Type.Object(
  {
    package: Type.String(),
    from: Type.Union([Type.String(), Type.Null()], { description: 'Version; null: not there' }),
    to: Type.Union([Type.String(), Type.Null()], { description: 'Version; null: not there' }),
  },
  { additionalProperties: false },
);

const FileChange = Type.Object(
  {
    path: Type.String({ description: 'Absolute path; bytes that are no UTF-8 are shown as they can be' }),
    change: Type.Enum(['added', 'removed', 'content', 'metadata']),
  },
  { additionalProperties: false },
);

/** How one built template differs from another. */
export const TemplateDiff = Type.Object(
  {
    from: Type.String({ description: 'NAME@VERSION' }),
    to: Type.String({ description: 'NAME@VERSION' }),
    packages: Type.Array(PackageChange),
    files: Type.Array(FileChange),
  },
  { additionalProperties: false, $id: 'TemplateDiff' },
);
export type TemplateDiff = Static<typeof TemplateDiff>;

/** What reading a built template from one end to the other found. */
export const TemplateVerification = Type.Object(
  {
    template: Type.String({ description: 'NAME@VERSION' }),
    files: Type.Integer({ minimum: 0, description: 'Names that were compared' }),
    bytes: Type.Integer({ minimum: 0, description: 'Bytes that were read' }),
    problems: Type.Array(
      Type.Object({ path: Type.String(), problem: Type.String() }, { additionalProperties: false }),
      { description: 'Empty: all is as it was built' },
    ),
  },
  { additionalProperties: false, $id: 'TemplateVerification' },
);
export type TemplateVerification = Static<typeof TemplateVerification>;

/** A new template of a system from elsewhere. */
export const TemplateCreate = Type.Object(
  {
    archive: Type.Optional(
      Type.String({
        pattern: '^/[^\\u0000]*[^/\\u0000]$',
        maxLength: 4096,
        description:
          'A tar archive of a root file system on the node, as it is or compressed by gzip, bzip2, xz or zstd',
        'x-file': true,
      }),
    ),
    image: Type.Optional(
      Type.String({
        maxLength: 1024,
        description:
          'An image instead: oci:/PATH[:TAG], oci-archive:/PATH[:TAG], docker-archive:/PATH or docker://HOST/NAME[:TAG|@DIGEST]',
      }),
    ),
    init: Type.Enum([...initKinds], { description: 'The init of the system' }),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 120, pattern: '^[^\\u0000-\\u001f]+$' })),
    distribution: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' })),
    release: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$' })),
    sha256: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the archive; another one is refused' }),
    ),
  },
  { additionalProperties: false, $id: 'TemplateCreate' },
);
export type TemplateCreate = Static<typeof TemplateCreate>;

/** A template that was written to a file. */
export const TemplateArchive = Type.Object(
  {
    template: Type.String({ description: 'NAME@VERSION' }),
    path: Type.String(),
    bytes: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false, $id: 'TemplateArchive' },
);
export type TemplateArchive = Static<typeof TemplateArchive>;
