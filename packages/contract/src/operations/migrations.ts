import { Type } from 'typebox';
import { MigrationCheck, MigrationMode, NodeIdentity, NodeName, Peer } from '../schemas/migration.ts';
import { TimeLimit } from '../schemas/time-limit.ts';
import { column, defineOperation } from './definition.ts';
import { changeQuery, promisingErrors, veChangeErrors, veErrors, veParams } from './parts.ts';

const bandwidthText =
  'Bytes a second at most, of what is sent while VEs run; the rest, for which they stand still, is sent as fast as it goes';

const Bandwidth = Type.Integer({ minimum: 65_536, maximum: 1_000_000_000_000, description: bandwidthText });

const linkErrors = ['peer_unknown', 'peer_unreachable', 'peer_refused'] as const;

export const veMigrate = defineOperation({
  id: 've.migrate',
  title: 'Migrate a VE to another node',
  description:
    'Moves a VE with everything that is its own to a node that was trusted: live, with its processes and connections, if nothing is in the way; else with a short stop. Whatever fails before the other node has everything, the VE goes on here as if nothing had been.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/migrate',
  params: veParams,
  query: changeQuery,
  body: Type.Object(
    {
      node: NodeName,
      atLeast: Type.Optional({
        ...MigrationMode,
        description: 'Refuse rather than move a running VE less gently',
      }),
      bandwidth: Type.Optional(Bandwidth),
      timeLimit: TimeLimit('migrationtime'),
    },
    { additionalProperties: false },
  ),
  result: Type.Object(
    { ve: Type.String(), uuid: Type.String(), node: Type.String() },
    { additionalProperties: false },
  ),
  errors: [
    ...veChangeErrors,
    ...linkErrors,
    ...promisingErrors,
    'time_limit',
    'migration_blocked',
    'migration_aborted',
    'migration_unknown',
    'migration_ended',
    'checkpoint_failed',
    'restore_failed',
  ],
  permission: 've.migrate',
  states: ['running', 'stopped', 'suspended'],
  planned: true,
  cli: {
    verb: ['migrate'],
    positionals: [{ field: 've', several: true }, { field: 'node' }],
    each: 've',
    parallel: 2,
    examples: [
      { command: 'insula migrate web1 node2', text: 'as gently as possible' },
      { command: 'insula migrate web1 web2 node2 --at-least live', text: 'live, or not at all' },
      {
        command: 'insula migrate web1 node2 --bandwidth 12500000 --time-limit 3600',
        text: 'over a shared line, 100 Mbit/s; not at all if it takes more than an hour',
      },
    ],
  },
});

export const nodeEvacuate = defineOperation({
  id: 'node.evacuate',
  title: 'Move all VEs to another node',
  description:
    'Migrates every VE of this node, some of them at once, those that start last first. Those that cannot move stay, and are named; the others go all the same. Cancelled, it lets those go on that are past their point of no return.',
  kind: 'change',
  method: 'POST',
  path: '/v1/node/evacuate',
  query: changeQuery,
  body: Type.Object(
    {
      node: NodeName,
      atLeast: Type.Optional({
        ...MigrationMode,
        description: 'Leave VEs here rather than move them less gently',
      }),
      parallel: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 16, default: 2, description: 'VEs that move at once' }),
      ),
      bandwidth: Type.Optional({ ...Bandwidth, description: `All VEs together: ${bandwidthText}` }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object(
    { node: Type.String(), moved: Type.Integer({ description: 'VEs that have left' }) },
    { additionalProperties: false },
  ),
  errors: [
    'invalid_input',
    'unknown_field',
    'forbidden',
    'internal',
    'busy',
    'cancelled',
    'interrupted',
    'shutting_down',
    'peer_unknown',
    'evacuation_incomplete',
  ],
  permission: 'node.admin',
  planned: true,
  cli: {
    verb: ['evacuate'],
    positionals: [{ field: 'node' }],
    examples: [
      { command: 'insula evacuate node2', text: 'before this node is taken down' },
      { command: 'insula evacuate node2 --parallel 4 --at-least live', text: 'only what needs no stop' },
    ],
  },
});

export const veMigrateCheck = defineOperation({
  id: 've.migrate.check',
  title: 'Check whether a VE can migrate',
  description:
    'Asks both nodes how gently a VE could move, and what is in the way. Changes nothing on either.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/migrate/check/{node}',
  params: Type.Object({ ...veParams.properties, node: NodeName }, { additionalProperties: false }),
  result: MigrationCheck,
  errors: [...veErrors, ...linkErrors, 'wrong_state'],
  permission: 've.read',
  cli: {
    verb: ['migration', 'check'],
    positionals: [{ field: 've' }, { field: 'node' }],
    examples: [
      { command: 'insula migration check web1 node2', text: 'what would happen, and what is in the way' },
    ],
  },
});

export const nodeIdentity = defineOperation({
  id: 'node.identity',
  title: 'Show what other nodes know this one by',
  description: 'The name, port and certificate of this node for links between nodes.',
  kind: 'read',
  method: 'GET',
  path: '/v1/node/identity',
  result: NodeIdentity,
  errors: ['forbidden', 'internal', 'host_lacks'],
  permission: 'node.read',
  cli: {
    verb: ['node', 'identity'],
    positionals: [],
    examples: [
      { command: 'insula node identity', text: 'to be given to `insula peer trust` on the other node' },
    ],
  },
});

export const peerList = defineOperation({
  id: 'peer.list',
  title: 'List trusted nodes',
  description: 'The nodes that VEs may be sent to and taken from.',
  kind: 'read',
  method: 'GET',
  path: '/v1/peers',
  result: Type.Array(Peer),
  errors: ['forbidden', 'internal'],
  permission: 'node.read',
  cli: {
    verb: ['peer', 'list'],
    positionals: [],
    columns: [column('name'), column('address'), column('port', { align: 'right' }), column('fingerprint')],
    examples: [{ command: 'insula peer list', text: 'whom this node trusts' }],
  },
});

export const peerTrust = defineOperation({
  id: 'peer.trust',
  title: 'Trust another node',
  description:
    'Lets a node send VEs here and take VEs from here: whoever has its key is root on this node, too. Both nodes must trust each other. A node of that name that was trusted before is replaced.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/peers',
  body: Peer,
  result: Peer,
  errors: ['invalid_input', 'unknown_field', 'forbidden', 'internal'],
  permission: 'node.admin',
  cli: {
    verb: ['peer', 'trust'],
    positionals: [{ field: 'name' }, { field: 'address' }, { field: 'fingerprint' }],
    examples: [
      {
        command: 'insula peer trust node2 10.0.0.2 AB:CD:… --port 4434',
        text: 'the last two from `insula node identity` there',
      },
    ],
  },
});

export const peerForget = defineOperation({
  id: 'peer.forget',
  title: 'Trust a node no longer',
  description: 'Ends the trust in another node. Migrations under way fail.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/peers/{peer}',
  params: Type.Object({ peer: NodeName }, { additionalProperties: false }),
  result: Type.Null(),
  errors: ['invalid_input', 'peer_unknown', 'forbidden', 'internal'],
  permission: 'node.admin',
  cli: {
    verb: ['peer', 'forget'],
    positionals: [{ field: 'peer' }],
    examples: [{ command: 'insula peer forget node2', text: 'it may not send VEs here any more' }],
  },
});
