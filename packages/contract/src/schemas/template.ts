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
