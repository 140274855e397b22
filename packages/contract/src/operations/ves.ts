import { Type } from 'typebox';
import { VeName } from '../schemas/names.ts';
import { VeChange, VeCreate, VeDetail, VeStatus, VeSummary } from '../schemas/ve-view.ts';
import { defineOperation } from './definition.ts';
import {
  changeQuery,
  promisingErrors,
  promisingQuery,
  statusColumns,
  veChangeErrors,
  veColumns,
  veErrors,
  veParams,
} from './parts.ts';

export const veList = defineOperation({
  id: 've.list',
  title: 'List VEs',
  description: 'All VEs of the node with their state, in the order of their CTIDs.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves',
  result: Type.Array(VeSummary),
  errors: ['forbidden', 'internal'],
  permission: 've.read',
  scope: 'somewhere',
  cli: {
    verb: ['list'],
    positionals: [],
    columns: veColumns,
    examples: [
      { command: 'insula list', text: 'a table of all VEs' },
      {
        command: 'insula list --filter state=running -o ctid,name,addresses -s -ctid',
        text: 'the running ones, newest first',
      },
      { command: 'insula list --no-header -o name', text: 'names for a script' },
    ],
  },
});

export const veCreate = defineOperation({
  id: 've.create',
  title: 'Create a VE',
  description:
    'Makes a private area on a template and registers the VE; its root is the template with the changes of the VE over it. Without a name it is called after its CTID.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves',
  query: promisingQuery,
  body: VeCreate,
  result: VeDetail,
  errors: [
    'invalid_input',
    'unknown_field',
    'invalid_parameter',
    'name_taken',
    'ctid_taken',
    'address_taken',
    'port_taken',
    'template_not_found',
    'template_not_built',
    'template_damaged',
    'layer_missing',
    'no_space',
    'no_address',
    'no_id_range',
    'no_ctid',
    'sample_not_found',
    'application_not_found',
    'application_unsupported',
    'template_build_failed',
    'host_lacks',
    'overcommitted',
    'busy',
    'start_failed',
    'cancelled',
    'interrupted',
    'tool_failed',
    'forbidden',
    'shutting_down',
    'internal',
  ],
  permission: 've.create',
  scope: 'somewhere',
  planned: true,
  cli: {
    verb: ['create'],
    positionals: [{ field: 'name', optional: true }],
    examples: [
      { command: 'insula create web1 --template debian-12 --start', text: 'a Debian system, started' },
      {
        command: 'insula create shop --template debian-12 --sample web --numproc 1000',
        text: 'from a sample, with a change',
      },
      {
        command: 'insula create db1 --template debian-13 --ram 2G --cpulimit 200% --onboot yes',
        text: 'with limits',
      },
    ],
  },
});

export const veShow = defineOperation({
  id: 've.show',
  title: 'Show a VE',
  description: 'Everything about one VE: its spec and what it is right now.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}',
  params: veParams,
  result: VeDetail,
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['show'],
    positionals: [{ field: 've', several: true }],
    each: 've',
    examples: [{ command: 'insula show web1', text: 'the VE and its settings' }],
  },
});

export const veStatus = defineOperation({
  id: 've.status',
  title: 'State of a VE',
  description: 'The state of one VE, the change under way and how its last run ended.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/status',
  params: veParams,
  result: VeStatus,
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['status'],
    positionals: [{ field: 've', several: true }],
    each: 've',
    columns: statusColumns,
    examples: [{ command: 'insula status web1 --no-header -o state', text: 'one word for a script' }],
  },
});

export const veSet = defineOperation({
  id: 've.set',
  title: 'Change settings of a VE',
  description:
    'Changes settings and parameters. The merged whole is validated; limits and addresses of a running VE change at once, all or none. Features, capabilities, hostname and DNS take effect at the next start.',
  kind: 'change',
  method: 'PATCH',
  path: '/v1/ves/{ve}',
  params: veParams,
  query: Type.Object(
    {
      ...promisingQuery.properties,
      runtime: Type.Optional(
        Type.Boolean({ description: 'Parameters of a running VE until it stops; nothing is saved' }),
      ),
    },
    { additionalProperties: false },
  ),
  body: VeChange,
  result: VeDetail,
  errors: [
    ...veChangeErrors,
    ...promisingErrors,
    'image_in_use',
    'address_taken',
    'address_in_use',
    'no_address',
    'port_taken',
  ],
  permission: 've.configure',
  planned: true,
  cli: {
    verb: ['set'],
    positionals: [{ field: 've', several: true }],
    each: 've',
    examples: [
      { command: 'insula set web1 --ram 1G --numproc 400', text: 'new limits, live' },
      {
        command: 'insula set web1 --ram 700M:1G --runtime',
        text: 'slowed down from 700M on, until it stops',
      },
      { command: 'insula set web1 --protected --description "the shop"', text: 'guard it against destroy' },
    ],
  },
});

export const veRename = defineOperation({
  id: 've.rename',
  title: 'Rename a VE',
  description: 'Gives a VE another name. Its UUID, CTID, addresses and host name stay.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/rename',
  params: veParams,
  query: changeQuery,
  body: Type.Object({ name: VeName }, { additionalProperties: false }),
  result: VeDetail,
  errors: [...veChangeErrors, 'name_taken'],
  permission: 've.configure',
  planned: true,
  cli: {
    verb: ['rename'],
    positionals: [{ field: 've' }, { field: 'name' }],
    examples: [{ command: 'insula rename web1 shop', text: 'web1 is now called shop' }],
  },
});

export const veDestroy = defineOperation({
  id: 've.destroy',
  title: 'Destroy a VE',
  description: 'Removes a VE and all its data. It must be stopped (or use force) and not protected.',
  kind: 'change',
  method: 'DELETE',
  path: '/v1/ves/{ve}',
  params: veParams,
  query: Type.Object(
    {
      ...changeQuery.properties,
      force: Type.Optional(Type.Boolean({ description: 'Kill it first if it runs' })),
    },
    { additionalProperties: false },
  ),
  result: Type.Null(),
  errors: [...veChangeErrors, 'protected'],
  permission: 've.destroy',
  planned: true,
  cli: {
    verb: ['destroy'],
    positionals: [{ field: 've', several: true }],
    each: 've',
    examples: [
      { command: 'insula destroy web1', text: 'asks for the name on a terminal; --yes does not ask' },
    ],
  },
});
