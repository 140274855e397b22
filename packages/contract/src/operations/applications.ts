import { Type } from 'typebox';
import { ApplicationSettings, ApplicationStatus, ApplicationSummary } from '../schemas/application.ts';
import { ApplicationName, VeReference } from '../schemas/names.ts';
import { VeDetail } from '../schemas/ve-view.ts';
import { column, defineOperation } from './definition.ts';
import { changeQuery, veChangeErrors, veErrors, veParams } from './parts.ts';

const applicationParams = Type.Object(
  { ve: VeReference, application: ApplicationName },
  { additionalProperties: false },
);

const settingsBody = Type.Object(
  { settings: Type.Optional(ApplicationSettings) },
  { additionalProperties: false },
);

const applicationErrors = [
  ...veChangeErrors,
  'application_not_found',
  'application_unsupported',
  'application_failed',
  'template_not_found',
  'template_damaged',
  'exec_failed',
  'no_space',
] as const;

export const applicationList = defineOperation({
  id: 'app.list',
  title: 'List applications',
  description: 'Applications that can be added to VEs, with their settings.',
  kind: 'read',
  method: 'GET',
  path: '/v1/applications',
  result: Type.Array(ApplicationSummary),
  errors: ['forbidden', 'internal'],
  permission: 'template.read',
  scope: 'somewhere',
  cli: {
    verb: ['app', 'list'],
    positionals: [],
    columns: [
      column('name'),
      column('title'),
      column('distributions'),
      column('features', { shown: false }),
      column('usedBy', { title: 'VES', align: 'right' }),
    ],
    examples: [{ command: 'insula app list', text: 'what can be added to VEs' }],
  },
});

export const applicationStatus = defineOperation({
  id: 'app.status',
  title: 'Show the applications of a VE',
  description:
    'Which version of which application a VE has, whether it is the newest that the node knows of, and whether it does its work.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/applications',
  params: veParams,
  result: Type.Array(ApplicationStatus),
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['app', 'status'],
    positionals: [{ field: 've', several: true }],
    each: 've',
    columns: [
      column('ve'),
      column('application'),
      column('version'),
      column('newest'),
      column('upToDate', { title: 'UP TO DATE' }),
      column('healthy'),
      column('settings', { shown: false }),
    ],
    examples: [
      { command: 'insula app status web1', text: 'what it has' },
      { command: 'insula app status --all --no-header', text: 'of all VEs' },
    ],
  },
});

export const applicationAdd = defineOperation({
  id: 'app.add',
  title: 'Add an application to VEs',
  description:
    'Installs an application in a running VE, configures it, and waits until it does its work. Packages are fetched once per node: the VE needs no way to an archive. What fails leaves the VE without it.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/applications/{application}',
  params: applicationParams,
  query: changeQuery,
  body: Type.Optional(settingsBody),
  result: VeDetail,
  errors: [...applicationErrors, 'application_added'],
  permission: 've.configure',
  states: ['running'],
  planned: true,
  cli: {
    verb: ['app', 'add'],
    positionals: [{ field: 'application' }, { field: 've', several: true }],
    each: 've',
    examples: [
      {
        command: 'insula app add nginx web1 web2 --set port=8080',
        text: 'side by side, with a result for each',
      },
      {
        command: 'insula app add redis --all --filter template=debian-12',
        text: 'in all that run and match',
      },
    ],
  },
});

export const applicationUpdate = defineOperation({
  id: 'app.update',
  title: 'Update an application in VEs',
  description:
    'Brings an application in a running VE to the newest version, and changes its settings if some are given.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/applications/{application}/update',
  params: applicationParams,
  query: changeQuery,
  body: Type.Optional(settingsBody),
  result: VeDetail,
  errors: [...applicationErrors, 'application_not_added'],
  permission: 've.configure',
  states: ['running'],
  planned: true,
  cli: {
    verb: ['app', 'update'],
    positionals: [{ field: 'application' }, { field: 've', several: true }],
    each: 've',
    examples: [
      { command: 'insula app update nginx web1 --set port=80', text: 'the newest version, another port' },
    ],
  },
});

export const applicationRemove = defineOperation({
  id: 'app.remove',
  title: 'Remove an application from VEs',
  description:
    'Removes the packages of an application from a running VE, with what nothing else there needs. Its data and settings stay unless a purge is asked for.',
  kind: 'change',
  method: 'DELETE',
  path: '/v1/ves/{ve}/applications/{application}',
  params: applicationParams,
  query: Type.Object(
    {
      ...changeQuery.properties,
      purge: Type.Optional(Type.Boolean({ description: 'Remove its data and settings, too' })),
    },
    { additionalProperties: false },
  ),
  result: VeDetail,
  errors: [...applicationErrors, 'application_not_added'],
  permission: 've.configure',
  states: ['running'],
  planned: true,
  cli: {
    verb: ['app', 'remove'],
    positionals: [{ field: 'application' }, { field: 've', several: true }],
    each: 've',
    examples: [{ command: 'insula app remove redis web1', text: 'its data stays' }],
  },
});
