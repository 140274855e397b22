import { type Static, Type } from 'typebox';
import { ParameterValues } from '../parameters/values.ts';
import { TemplateName, VeName } from './names.ts';
import { Snapshot } from './snapshot.ts';
import { TimeLimit } from './time-limit.ts';
import { VeSettings } from './ve-spec.ts';
import { VeCreate } from './ve-view.ts';

/** A file of the node, by its absolute path. */
export const ArchivePath = Type.String({
  pattern: '^/[^\\u0000]*[^/\\u0000]$',
  maxLength: 4096,
  description: 'File on the node',
  'x-file': true,
});

/** What `export` takes. */
export const VeExport = Type.Object(
  {
    path: ArchivePath,
    withoutTemplate: Type.Optional(
      Type.Boolean({
        description: 'Only name the template: for a node that has the same one',
        default: false,
      }),
    ),
    snapshots: Type.Optional(
      Type.Boolean({ description: 'Take the snapshots along, each whole', default: false }),
    ),
    timeLimit: TimeLimit('backuptime'),
  },
  { $id: 'VeExport', additionalProperties: false },
);
export type VeExport = Static<typeof VeExport>;

export const VeArchive = Type.Object(
  {
    ve: VeName,
    path: Type.String(),
    bytes: Type.Integer({ minimum: 0 }),
    templates: Type.Array(Type.String(), { description: 'NAME@VERSION of the templates that are in it' }),
    snapshots: Type.Array(VeName),
  },
  { $id: 'VeArchive', additionalProperties: false },
);
export type VeArchive = Static<typeof VeArchive>;

/** What `import` takes: what is not given is as in the archive, or new where it must be. */
export const VeImport = Type.Object(
  {
    path: ArchivePath,
    name: VeCreate.properties.name,
    ctid: VeCreate.properties.ctid,
    anew: Type.Optional(
      Type.Boolean({
        description:
          'Make another VE of it, as a clone is: with a UUID, addresses, machine id and SSH host keys of its own',
        default: false,
      }),
    ),
    addresses: Type.Optional({
      ...VeCreate.properties.addresses,
      description: 'Addresses, or pool:NAME; left out: those in the archive, or with anew those of a new VE',
    }),
    hostname: Type.Optional(VeSettings.properties.hostname),
    description: Type.Optional(VeSettings.properties.description),
    layout: VeCreate.properties.layout,
    parameters: Type.Optional(ParameterValues),
    start: VeCreate.properties.start,
  },
  { $id: 'VeImport', additionalProperties: false },
);
export type VeImport = Static<typeof VeImport>;

const digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$', description: 'Identity of the layer' });

/** The first file of an archive: what is in it. The spec is looked at on its own. */
export const VeArchiveHead = Type.Object(
  {
    format: Type.Literal(1),
    exportedAt: Type.String({ maxLength: 64 }),
    node: Type.String({ maxLength: 255 }),
    spec: Type.Object({}, { additionalProperties: true }),
    templates: Type.Array(
      Type.Object(
        {
          name: TemplateName,
          version: Type.String({ pattern: '^[0-9A-Za-z.]{1,32}$' }),
          digest,
          included: Type.Boolean(),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 64 },
    ),
    snapshots: Type.Array(Snapshot, { maxItems: 256 }),
  },
  { $id: 'VeArchiveHead', additionalProperties: false },
);
export type VeArchiveHead = Static<typeof VeArchiveHead>;
