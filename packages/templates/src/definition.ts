import { initKinds, TemplateName } from '@insula/contract';
import { type Static, Type } from 'typebox';

/** Transports of images, as containers-transports(5) writes them. */
const imagePattern =
  '^(?:(?:oci|oci-archive|docker-archive):/[^\\s\\u0000:]+(?::[A-Za-z0-9._-]+)?|docker://[A-Za-z0-9][A-Za-z0-9._:/@-]*)$';

const strict = { additionalProperties: false } as const;

/** An absolute path of plain components: it is written below a root, and `..` has no business there. */
const GuestPath = Type.String({
  pattern: '^(?:/(?!\\.{1,2}(?:/|$))[^/\\u0000-\\u001f\\u007f]+)+$',
  maxLength: 512,
});

const Mode = Type.String({
  pattern: '^0[0-7]{3,4}$',
  description: 'Permission bits, octal and quoted: "0755"',
});

export const PlainFile = Type.Object(
  { path: GuestPath, content: Type.String(), mode: Type.Optional(Mode) },
  strict,
);
export const LinkFile = Type.Object(
  {
    path: GuestPath,
    link: Type.String({ pattern: '^[^\\u0000]+$', description: 'Target of a symbolic link' }),
  },
  strict,
);
export const GuestFile = Type.Union([PlainFile, LinkFile]);
/** A file or symbolic link that a template adds to, or replaces in, the system. */
export type GuestFile = Static<typeof GuestFile>;

export const GuestScript = Type.Object(
  {
    title: Type.String({ pattern: '^[^\\u0000-\\u001f]{1,80}$' }),
    run: Type.String({
      minLength: 1,
      description: 'For /bin/sh -eu, run as root with the new system as its root',
    }),
  },
  strict,
);
export type GuestScript = Static<typeof GuestScript>;

export const PackageName = Type.String({ pattern: '^[a-z0-9][a-z0-9+.-]*$', maxLength: 128 });

const suiteFields = {
  suite: Type.String({ pattern: '^[a-z][a-z0-9-]{0,40}$' }),
  components: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), { minItems: 1, default: ['main'] }),
  pockets: Type.Array(Type.Enum(['updates', 'security']), {
    default: ['updates', 'security'],
    description: 'Suites beside the main one; none for testing and unstable',
  }),
  mirror: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s\\u0000"\\[\\],]+$',
      description: "Address of the archive; without it the archive of the host's own apt configuration",
    }),
  ),
  keyring: Type.Optional(
    Type.String({
      pattern: '^/[A-Za-z0-9/._+-]+$',
      description:
        "File with the archive's keys, on the host and in the VE; without it the distribution's own",
    }),
  ),
};

const Suite = Type.Object(suiteFields, strict);

export const MmdebstrapSource = Type.Object(
  {
    kind: Type.Literal('mmdebstrap'),
    variant: Type.Enum(['essential', 'apt', 'minbase', 'important', 'standard'], { default: 'minbase' }),
    ...suiteFields,
  },
  strict,
);
export type MmdebstrapSource = Static<typeof MmdebstrapSource>;

export const BusyboxSource = Type.Object({ kind: Type.Literal('busybox') }, strict);

/** What comes ready made from elsewhere. */
const foreignFields = {
  trusted: Type.Optional(
    Type.Boolean({
      description:
        'Its programs may run on the node, as root, while the template is built: needed for packages and scripts',
    }),
  ),
  packagesFrom: Type.Optional(Suite),
};

export const ArchiveSource = Type.Object(
  {
    kind: Type.Literal('archive'),
    path: Type.String({
      pattern: '^/[^\\u0000]*[^/\\u0000]$',
      maxLength: 4096,
      description: 'A tar archive of a root file system on the node, as it is or compressed',
    }),
    sha256: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the file; another one is refused' }),
    ),
    ...foreignFields,
  },
  strict,
);
export type ArchiveSource = Static<typeof ArchiveSource>;

export const ImageSource = Type.Object(
  {
    kind: Type.Literal('image'),
    reference: Type.String({
      pattern: imagePattern,
      maxLength: 1024,
      description:
        'oci:/PATH[:TAG], oci-archive:/PATH[:TAG], docker-archive:/PATH or docker://HOST/NAME[:TAG|@DIGEST]',
    }),
    ...foreignFields,
  },
  strict,
);
export type ImageSource = Static<typeof ImageSource>;

const Source = Type.Union([MmdebstrapSource, BusyboxSource, ArchiveSource, ImageSource]);
export type Source = Static<typeof Source>;

const contents = {
  packages: Type.Array(PackageName, { default: [] }),
  files: Type.Array(GuestFile, { default: [] }),
  scripts: Type.Array(GuestScript, { default: [], description: 'Run after packages and files, in order' }),
  environment: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$' }),
      Type.String({ maxLength: 4096, pattern: '^[^\\u0000]*$' }),
      {
        additionalProperties: false,
        maxProperties: 64,
        description: 'Variables of its scripts, and of those that extend it',
      },
    ),
  ),
};

const MinimumFreeBytes = Type.Integer({
  minimum: 0,
  maximum: 1e15,
  description: 'Space the pool must have for a build',
});
const Title = Type.String({ pattern: '^[^\\u0000-\\u001f]{1,120}$' });

/** A whole system. */
export const BaseDefinition = Type.Object(
  {
    name: TemplateName,
    title: Title,
    distribution: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
    release: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$' }),
    architecture: Type.Optional(
      Type.Enum(['amd64', 'arm64', 'riscv64', 'ppc64el', 's390x'], {
        description: "Without it the host's own",
      }),
    ),
    init: Type.Enum([...initKinds]),
    source: Source,
    minimumFreeBytes: MinimumFreeBytes,
    ...contents,
  },
  strict,
);
export type BaseDefinition = Static<typeof BaseDefinition>;

/** Another template with additions. */
export const ExtendingDefinition = Type.Object(
  {
    name: TemplateName,
    title: Title,
    extends: TemplateName,
    minimumFreeBytes: Type.Optional(MinimumFreeBytes),
    ...contents,
  },
  strict,
);
export type ExtendingDefinition = Static<typeof ExtendingDefinition>;

/** A template definition as it is written down; `extends` tells the two kinds apart. */
export type TemplateDefinition = BaseDefinition | ExtendingDefinition;

/** What every system with one kind of init needs to live in a VE. */
export const GuestProfile = Type.Object(
  {
    init: Type.Enum([...initKinds]),
    ...contents,
    finish: Type.Array(GuestScript, {
      default: [],
      description:
        'Run at the end of every build, of extending templates too: what packages may have left behind',
    }),
  },
  strict,
);
export type GuestProfile = Static<typeof GuestProfile>;
