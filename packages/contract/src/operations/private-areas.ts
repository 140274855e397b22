import { Type } from 'typebox';
import { VeArchive, VeExport, VeImport } from '../schemas/ve-archive.ts';
import { VeDetail, VeMove, VeReinstall } from '../schemas/ve-view.ts';
import { defineOperation } from './definition.ts';
import { changeQuery, promisingErrors, veChangeErrors, veParams } from './parts.ts';

export const veReinstall = defineOperation({
  id: 've.reinstall',
  title: 'Reinstall a VE',
  description:
    "Gives a stopped VE the root of its template anew, in the newest version that is built or of the template named. Its settings, addresses, limits and snapshots stay, and so do the password of root, its authorized keys and the SSH host keys. What the VE had changed is in /old afterwards; what was its template's is not there.",
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/reinstall',
  params: veParams,
  query: changeQuery,
  body: Type.Optional(VeReinstall),
  result: VeDetail,
  errors: [
    ...veChangeErrors,
    'protected',
    'template_not_found',
    'template_not_built',
    'template_damaged',
    'no_space',
  ],
  permission: 've.reinstall',
  states: ['stopped'],
  planned: true,
  cli: {
    verb: ['reinstall'],
    positionals: [{ field: 've' }],
    examples: [
      { command: 'insula reinstall web1', text: 'a new root, the old files are in /old' },
      {
        command: 'insula reinstall web1 --template debian-13 --drop-old --no-credentials',
        text: 'another system, and nothing of the one before',
      },
    ],
  },
});

export const veExport = defineOperation({
  id: 've.export',
  title: 'Export a VE',
  description:
    'Writes a VE to a new file on the node: its spec, its files, the template that it stands on, and with snapshots those, too. A running VE is exported as it is at one moment. Another node takes it in by an import.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/export',
  params: veParams,
  query: changeQuery,
  body: VeExport,
  result: VeArchive,
  errors: [
    ...veChangeErrors,
    'time_limit',
    'template_not_found',
    'template_damaged',
    'no_space',
    'host_lacks',
  ],
  permission: 've.files',
  states: ['running', 'paused', 'stopped'],
  planned: true,
  cli: {
    verb: ['export'],
    positionals: [{ field: 've' }, { field: 'path' }],
    examples: [
      { command: 'insula export web1 web1.tar.zst', text: 'everything that another node needs' },
      {
        command: 'insula export web1 web1.tar.zst --without-template',
        text: 'for a node that has the template',
      },
    ],
  },
});

export const veImport = defineOperation({
  id: 've.import',
  title: 'Import a VE',
  description:
    'Makes a VE of an exported one: the same, with its UUID, name and addresses, where the node has none of them, or another one (anew). Nothing in the archive is believed; what it could do on the node that it came from (ports and networks of the node, groups, use of the API) it has to be given again.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ve-imports',
  query: changeQuery,
  body: VeImport,
  result: VeDetail,
  errors: [
    ...promisingErrors,
    'invalid_input',
    'unknown_field',
    'archive_refused',
    'uuid_taken',
    'name_taken',
    'ctid_taken',
    'address_taken',
    'port_taken',
    'template_exists',
    'template_not_found',
    'template_damaged',
    'no_space',
    'no_address',
    'no_id_range',
    'no_ctid',
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
  planned: true,
  cli: {
    verb: ['import'],
    positionals: [{ field: 'path' }, { field: 'name', optional: true }],
    examples: [
      { command: 'insula import web1.tar.zst --start', text: 'the same VE on this node' },
      { command: 'insula import web1.tar.zst web2 --anew', text: 'another one with the same files' },
    ],
  },
});

export const veMove = defineOperation({
  id: 've.move',
  title: 'Move a VE to another layout',
  description:
    'Keeps the private area of a VE in another layout of the pool from now on. Its files are copied; nothing else of it changes. One that runs goes on afterwards, its processes and connections, as after a renewal; it stands still while its files are copied. Snapshots stay as they were taken, and can be restored. What the new layout limits otherwise is given along, such as the size of an image.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/move',
  params: veParams,
  query: changeQuery,
  body: VeMove,
  result: VeDetail,
  errors: [
    ...veChangeErrors,
    ...promisingErrors,
    'no_space',
    'template_not_built',
    'checkpoint_blocked',
    'checkpoint_failed',
    'restore_failed',
  ],
  permission: 've.configure',
  states: ['running', 'stopped'],
  planned: true,
  cli: {
    verb: ['move'],
    positionals: [{ field: 've' }],
    examples: [
      { command: 'insula move web1 --layout image --diskspace 10G', text: 'a file system of its own' },
      { command: 'insula move web1 --layout plain --diskspace unlimited', text: 'a folder without limits' },
    ],
  },
});
