import { Type } from 'typebox';
import { TemplateName, TemplateReference } from '../schemas/names.ts';
import { TemplateSummary, TemplateVersion } from '../schemas/template.ts';
import { column, defineOperation } from './definition.ts';
import { changeQueryFields } from './parts.ts';

const templateParams = Type.Object({ template: TemplateName }, { additionalProperties: false });

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
      ...changeQueryFields,
      rebuild: Type.Optional(Type.Boolean({ description: 'Make a new version though there is one' })),
    },
    { additionalProperties: false },
  ),
  result: TemplateVersion,
  errors: [
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
  ],
  permission: 'template.build',
  planned: true,
  cli: {
    verb: ['template', 'build'],
    positionals: [{ field: 'template', several: true }],
    each: 'template',
    examples: [{ command: 'insula template build debian-12', text: 'about half a minute' }],
  },
});

export const templateRemove = defineOperation({
  id: 'template.remove',
  title: 'Remove a template',
  description: 'Removes the built versions of a template, or the one version named, that no VE stands on.',
  kind: 'change',
  method: 'DELETE',
  path: '/v1/templates/{template}',
  params: Type.Object({ template: TemplateReference }, { additionalProperties: false }),
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
