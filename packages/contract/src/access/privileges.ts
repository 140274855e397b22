/**
 * Every privilege there is, with what it lets one do. Rows of the operation table name one each; roles are sets of them. Names are
 * stable: they may be added, never renamed.
 */
export const privilegeTable = {
  've.read': 'see a VE: its settings, state, addresses, traffic and snapshots',
  've.power': 'start, stop, restart, kill, pause, suspend, resume and mount a VE',
  've.create': 'create VEs, also as clones',
  've.configure': 'change settings, resources, addresses and applications of a VE',
  've.quota': 'limit what users and groups inside a VE may have of its disk',
  've.widen':
    'open the walls of a VE: features, capabilities, ports of the node, access to the management API of the node',
  've.destroy': 'destroy a VE',
  've.reinstall': 'give a VE the root of a template anew',
  've.exec': 'run commands in a VE, as any user of it',
  've.console': 'use the console of a VE',
  've.files': 'copy files into and out of a VE, also as clone or template',
  've.services': 'start, stop and enable services of a VE, and send signals to its processes',
  've.journal': 'read what the services of a VE write into its journal',
  've.snapshot': 'make, restore and delete snapshots of a VE',
  've.migrate': 'move a VE to another node',
  'template.read': 'see templates and applications',
  'template.build': 'build, change, publish and remove templates',
  'sample.read': 'see samples and what they would promise',
  'sample.configure': 'save, change and remove samples',
  'alert.read': 'see alerts, their rules and who is told',
  'alert.mute': 'mute alerts of a VE',
  'alert.configure': 'change rules of alerts and who is told',
  'usage.read': 'see the accounts of what VEs have used',
  'firewall.read': 'see the firewall of the node',
  'firewall.configure': 'change the firewall of the node',
  'operation.read': 'see operations with their logs, and events',
  'operation.cancel': 'cancel operations',
  'node.read': 'see the node, its pools and the nodes that it trusts',
  'node.maintain': 'verify and clean the store of the node',
  'node.admin':
    'name files of the node in calls, trust other nodes, renew certificates: all that root of the node may do',
  'access.read': 'see users, roles, grants, and tokens, sessions and certificates of others',
  'access.manage': 'manage users and roles, and grant what one holds',
  'audit.read': 'read the audit log',
  'account.own': 'use calls about oneself; everybody who is known may',
} as const;

export type Privilege = keyof typeof privilegeTable;

export const privileges = Object.keys(privilegeTable) as readonly Privilege[];
