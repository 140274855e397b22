import { type Privilege, privileges } from '@insula/contract';

export interface RoleRow {
  readonly name: string;
  readonly title: string;
  readonly builtIn: boolean;
  readonly privileges: readonly Privilege[];
}

/** `account.own` is nothing that a role could give: everybody who is known has it. */
export const grantablePrivileges = privileges.filter((privilege) => privilege !== 'account.own');

const row = (name: string, title: string, held: readonly Privilege[]): RoleRow => ({
  name,
  title,
  builtIn: true,
  privileges: held,
});

const ofVes = grantablePrivileges.filter((privilege) => privilege.startsWith('ve.'));
const ofOperations = ['operation.read', 'operation.cancel'] as const;

/** The role that policies are for. */
export const ownerRole = 've-owner';

export const ownerPrivileges: readonly Privilege[] = [
  've.read',
  've.power',
  've.reinstall',
  've.exec',
  've.console',
  've.files',
  've.services',
  've.journal',
  've.snapshot',
  've.quota',
  'template.read',
  'alert.read',
  'alert.mute',
  'usage.read',
  ...ofOperations,
];

/** Roles that are always there. They cannot be changed; roles of one's own can be made from them. */
export const builtInRoles: readonly RoleRow[] = [
  row('administrator', 'Everything, also users and what they may do', grantablePrivileges),
  row('node-operator', 'The node and all its VEs, but neither users nor files of the node', [
    ...ofVes,
    'template.read',
    'template.build',
    'sample.read',
    'sample.configure',
    'alert.read',
    'alert.mute',
    'alert.configure',
    'usage.read',
    'firewall.read',
    'firewall.configure',
    'node.read',
    'node.maintain',
    ...ofOperations,
  ]),
  row('ve-administrator', 'VEs from creation to destruction, behind the walls that are the default', [
    ...ofVes.filter((privilege) => privilege !== 've.widen' && privilege !== 've.migrate'),
    'template.read',
    'sample.read',
    'alert.read',
    'alert.mute',
    'usage.read',
    ...ofOperations,
  ]),
  row(ownerRole, 'One’s own VE: power, console, files, snapshots', ownerPrivileges),
  row('monitor', 'Sees what runs, and changes nothing', [
    've.read',
    'template.read',
    'sample.read',
    'alert.read',
    'usage.read',
    'firewall.read',
    'node.read',
    'operation.read',
  ]),
  row('backup-operator', 'Snapshots of VEs, and what comes of them', [
    've.read',
    've.snapshot',
    'node.read',
    ...ofOperations,
  ]),
];
