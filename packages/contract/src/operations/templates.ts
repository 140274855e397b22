import { Type } from 'typebox';
import { TemplateName, TemplateReference } from '../schemas/names.ts';
import {
  TemplateArchive,
  TemplateCreate,
  TemplateDetail,
  TemplateDiff,
  TemplateSummary,
  TemplateVerification,
  TemplateVersion,
} from '../schemas/template.ts';
import { ArchivePath } from '../schemas/ve-archive.ts';
import { column, defineOperation } from './definition.ts';
import { changeQueryFields, veParams } from './parts.ts';

const templateParams = Type.Object({ template: TemplateName }, { additionalProperties: false });
const versionParams = Type.Object({ template: TemplateReference }, { additionalProperties: false });

/** Two that want the same template take turns, and the second finds what the first has made. */
const buildQueryFields = {
  ...changeQueryFields,
  ifBusy: Type.Optional(
    Type.Enum(['fail', 'wait'], {
      description: 'What to do when another operation holds the template: fail with `busy`, or wait',
      default: 'wait',
    }),
  ),
};

const buildErrors = [
  'invalid_input',
  'template_not_found',
  'template_build_failed',
  'no_space',
  'busy',
  'cancelled',
  'interrupted',
  'host_lacks',
  'forbidden',
  'shutting_down',
  'internal',
] as const;

export const templateList = defineOperation({
  id: 'template.list',
  title: 'List templates',
  description: 'All templates that are defined or built on the node.',
  kind: 'read',
  method: 'GET',
  path: '/v1/templates',
  result: Type.Array(TemplateSummary),
  errors: ['forbidden', 'internal'],
  permission: 'template.read',
  scope: 'somewhere',
  cli: {
    verb: ['template', 'list'],
    positionals: [],
    columns: [
      column('name'),
      column('version'),
      column('init'),
      column('bytes', { align: 'right' }),
      column('usedBy', { title: 'VES', align: 'right' }),
      column('title'),
      column('distribution', { shown: false }),
      column('release', { shown: false }),
    ],
    examples: [{ command: 'insula template list', text: 'what VEs can be made from' }],
  },
});

export const templateBuild = defineOperation({
  id: 'template.build',
  title: 'Build a template',
  description:
    'Builds the newest version of a template from its definition. What exists already is kept unless a rebuild is asked for.',
  kind: 'change',
  method: 'POST',
  path: '/v1/templates/{template}/build',
  params: templateParams,
  query: Type.Object(
    {
      ...buildQueryFields,
      rebuild: Type.Optional(Type.Boolean({ description: 'Make a new version though there is one' })),
    },
    { additionalProperties: false },
  ),
  result: TemplateVersion,
  errors: [...buildErrors],
  permission: 'template.build',
  planned: true,
  cli: {
    verb: ['template', 'build'],
    positionals: [{ field: 'template', several: true }],
    each: 'template',
    examples: [{ command: 'insula template build debian-12', text: 'about half a minute' }],
  },
});

export const templateCreate = defineOperation({
  id: 'template.create',
  title: 'Create a template from an archive or image',
  description:
    'Writes the definition of a template whose system comes from a tar archive of a root file system (an OpenVZ template cache, an LXC image, any other) or from an OCI or Docker image, and builds it. The system must hold an init. Nothing of it is run while the template is built.',
  kind: 'change',
  method: 'POST',
  path: '/v1/templates/{template}',
  params: templateParams,
  query: Type.Object(buildQueryFields, { additionalProperties: false }),
  body: TemplateCreate,
  result: TemplateVersion,
  errors: [...buildErrors, 'unknown_field', 'template_exists', 'archive_refused', 'tool_failed'],
  permission: 'template.build',
  planned: true,
  cli: {
    verb: ['template', 'create'],
    positionals: [{ field: 'template' }],
    examples: [
      {
        command: 'insula template create old-web --archive web.tar.gz --init systemd',
        text: 'from an OpenVZ template cache',
      },
      {
        command: 'insula template create busy --image docker-archive:/srv/busy.tar --init busybox',
        text: 'from what docker save has written',
      },
    ],
  },
});

export const templatePublish = defineOperation({
  id: 'template.publish',
  title: 'Make a template of a VE',
  description:
    'Makes a template, or a new version of one that was made so before, of the files of a VE. A running one is taken as a loss of power would leave it, if its layout is `subvolume`; else it must be stopped. Host keys, machine id and the like are left out; everything else is in it, also what is secret. No program of the VE is run.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/publish',
  params: veParams,
  query: Type.Object(changeQueryFields, { additionalProperties: false }),
  body: Type.Object(
    {
      template: TemplateName,
      title: Type.Optional(Type.String({ minLength: 1, maxLength: 120, pattern: '^[^\\u0000-\\u001f]+$' })),
    },
    { additionalProperties: false },
  ),
  result: TemplateVersion,
  errors: [...buildErrors, 'unknown_field', 've_not_found', 'wrong_state', 'template_exists', 'tool_failed'],
  permission: 'template.build',
  scope: 'node',
  takesFrom: 've.files',
  planned: true,
  cli: {
    verb: ['publish'],
    positionals: [{ field: 've' }, { field: 'template' }],
    examples: [
      { command: 'insula publish web1 shop', text: 'VEs can be made from it: create --template shop' },
    ],
  },
});

export const templateShow = defineOperation({
  id: 'template.show',
  title: 'Show a template',
  description: 'How a template is defined, and every version of it that the node has.',
  kind: 'read',
  method: 'GET',
  path: '/v1/templates/{template}',
  params: templateParams,
  result: TemplateDetail,
  errors: ['invalid_input', 'template_not_found', 'forbidden', 'internal'],
  permission: 'template.read',
  scope: 'somewhere',
  cli: {
    verb: ['template', 'show'],
    positionals: [{ field: 'template' }],
    examples: [{ command: 'insula template show debian-12', text: 'its versions, and who stands on them' }],
  },
});

export const templateUpdate = defineOperation({
  id: 'template.update',
  title: 'Update a template',
  description:
    "Builds a new version of a template with today's packages. Where neither packages nor definition have changed since the newest version, that one stays the newest. VEs stay on the version that they were made from.",
  kind: 'change',
  method: 'POST',
  path: '/v1/templates/{template}/update',
  params: templateParams,
  query: Type.Object(buildQueryFields, { additionalProperties: false }),
  result: TemplateVersion,
  errors: [...buildErrors],
  permission: 'template.build',
  planned: true,
  cli: {
    verb: ['template', 'update'],
    positionals: [{ field: 'template', several: true }],
    each: 'template',
    examples: [{ command: 'insula template update debian-12 debian-13', text: "with today's packages" }],
  },
});

export const templateVerify = defineOperation({
  id: 'template.verify',
  title: 'Verify a template',
  description:
    'Reads a built template from one end to the other, the newest version or the one named, and compares names, metadata and content with what was built.',
  kind: 'change',
  method: 'POST',
  path: '/v1/templates/{template}/verify',
  params: versionParams,
  query: Type.Object(changeQueryFields, { additionalProperties: false }),
  result: TemplateVerification,
  errors: [
    'invalid_input',
    'template_not_found',
    'template_not_built',
    'template_damaged',
    'busy',
    'cancelled',
    'interrupted',
    'forbidden',
    'shutting_down',
    'internal',
  ],
  permission: 'template.read',
  planned: true,
  cli: {
    verb: ['template', 'verify'],
    positionals: [{ field: 'template', several: true }],
    each: 'template',
    examples: [{ command: 'insula template verify debian-12', text: 'every file of the newest version' }],
  },
});

export const templateDiff = defineOperation({
  id: 'template.diff',
  title: 'Compare two templates',
  description: 'Packages and files in which one built template, or version of it, differs from another.',
  kind: 'read',
  method: 'GET',
  path: '/v1/templates/{template}/diff/{other}',
  params: Type.Object(
    { template: TemplateReference, other: TemplateReference },
    { additionalProperties: false },
  ),
  result: TemplateDiff,
  errors: [
    'invalid_input',
    'template_not_found',
    'template_not_built',
    'template_damaged',
    'forbidden',
    'internal',
  ],
  permission: 'template.read',
  cli: {
    verb: ['template', 'diff'],
    positionals: [{ field: 'template' }, { field: 'other' }],
    examples: [
      {
        command: 'insula template diff debian-12@20261121.1 debian-12',
        text: 'what an update has brought',
      },
    ],
  },
});

export const templateExport = defineOperation({
  id: 'template.export',
  title: 'Export a template',
  description:
    'Writes a built template, the newest version or the one named, to a new file on the node: its manifest, and every object by its digest. Another node takes it in by an import.',
  kind: 'change',
  method: 'POST',
  path: '/v1/templates/{template}/export',
  params: versionParams,
  query: Type.Object(changeQueryFields, { additionalProperties: false }),
  body: Type.Object({ path: ArchivePath }, { additionalProperties: false }),
  result: TemplateArchive,
  errors: [...buildErrors, 'unknown_field', 'template_not_built', 'template_damaged', 'tool_failed'],
  permission: 'template.read',
  planned: true,
  cli: {
    verb: ['template', 'export'],
    positionals: [{ field: 'template' }, { field: 'path' }],
    examples: [
      { command: 'insula template export debian-12 debian-12.tar.zst', text: 'for a node without a network' },
    ],
  },
});

export const templateImport = defineOperation({
  id: 'template.import',
  title: 'Import a template',
  description:
    'Takes in a template that another node has exported. Only what the node does not have yet is kept; everything is compared with its digest first.',
  kind: 'change',
  method: 'POST',
  path: '/v1/template-imports',
  query: Type.Object(changeQueryFields, { additionalProperties: false }),
  body: Type.Object({ path: ArchivePath }, { additionalProperties: false }),
  result: TemplateVersion,
  errors: [
    'invalid_input',
    'unknown_field',
    'archive_refused',
    'template_exists',
    'no_space',
    'host_lacks',
    'tool_failed',
    'busy',
    'cancelled',
    'interrupted',
    'forbidden',
    'shutting_down',
    'internal',
  ],
  permission: 'template.build',
  planned: true,
  cli: {
    verb: ['template', 'import'],
    positionals: [{ field: 'path' }],
    examples: [{ command: 'insula template import debian-12.tar.zst', text: 'VEs can be made from it then' }],
  },
});

export const templateRemove = defineOperation({
  id: 'template.remove',
  title: 'Remove a template',
  description: 'Removes the built versions of a template, or the one version named, that no VE stands on.',
  kind: 'change',
  method: 'DELETE',
  path: '/v1/templates/{template}',
  params: versionParams,
  query: Type.Object(changeQueryFields, { additionalProperties: false }),
  result: Type.Null(),
  errors: [
    'invalid_input',
    'template_not_found',
    'template_in_use',
    'busy',
    'forbidden',
    'shutting_down',
    'internal',
  ],
  permission: 'template.build',
  planned: true,
  cli: {
    verb: ['template', 'remove'],
    positionals: [{ field: 'template', several: true }],
    each: 'template',
    examples: [{ command: 'insula template remove debian-12', text: 'when nothing stands on it' }],
  },
});
