import { poolList, veAddressAdd, veAddressRemove } from './addresses.ts';
import {
  applicationAdd,
  applicationList,
  applicationRemove,
  applicationStatus,
  applicationUpdate,
} from './applications.ts';
import { veCheckpointCheck, veSuspend } from './checkpoints.ts';
import type { OperationDefinition } from './definition.ts';
import {
  firewallAdd,
  firewallChange,
  firewallList,
  firewallPolicy,
  firewallRemove,
  firewallShow,
} from './firewall.ts';
import { veConsole, veExec, veLog, vePull, vePush } from './inside.ts';
import {
  veKill,
  veMount,
  vePause,
  veRestart,
  veResume,
  veStart,
  veStop,
  veUnmount,
  veWait,
} from './lifecycle.ts';
import { nodeIdentity, peerForget, peerList, peerTrust, veMigrate, veMigrateCheck } from './migrations.ts';
import { metrics, nodeHistory, samples, veHistory } from './monitoring.ts';
import { events, nodeFindings, nodeShow, operationCancel, operationList, operationShow } from './node.ts';
import { veReinstall } from './private-areas.ts';
import {
  snapshotCreate,
  snapshotDelete,
  snapshotDiff,
  snapshotList,
  snapshotRestore,
  veClone,
} from './snapshots.ts';
import {
  templateBuild,
  templateCreate,
  templateDiff,
  templateExport,
  templateImport,
  templateList,
  templatePublish,
  templateRemove,
  templateShow,
  templateUpdate,
  templateVerify,
} from './templates.ts';
import { netStat } from './traffic.ts';
import { veCreate, veDestroy, veList, veRename, veSet, veShow, veStatus } from './ves.ts';
import { vzfsCollect, vzfsOptimize, vzfsStats, vzfsVerify } from './vzfs.ts';

/** Every call there is. Routes, OpenAPI, CLI, completion, manual, reference and fuzz tests derive from this table. */
export const operationTable = {
  've.list': veList,
  've.create': veCreate,
  've.clone': veClone,
  've.reinstall': veReinstall,
  've.show': veShow,
  've.status': veStatus,
  've.set': veSet,
  've.rename': veRename,
  've.destroy': veDestroy,
  've.address.add': veAddressAdd,
  've.address.remove': veAddressRemove,
  've.start': veStart,
  've.stop': veStop,
  've.restart': veRestart,
  've.kill': veKill,
  've.pause': vePause,
  've.resume': veResume,
  've.suspend': veSuspend,
  've.checkpoint.check': veCheckpointCheck,
  've.migrate': veMigrate,
  've.migrate.check': veMigrateCheck,
  'node.identity': nodeIdentity,
  'peer.list': peerList,
  'peer.trust': peerTrust,
  'peer.forget': peerForget,
  've.mount': veMount,
  've.unmount': veUnmount,
  've.wait': veWait,
  'snapshot.list': snapshotList,
  'snapshot.create': snapshotCreate,
  'snapshot.restore': snapshotRestore,
  'snapshot.delete': snapshotDelete,
  'snapshot.diff': snapshotDiff,
  've.exec': veExec,
  've.console': veConsole,
  've.log': veLog,
  've.files.pull': vePull,
  've.files.push': vePush,
  'template.list': templateList,
  'template.show': templateShow,
  'template.diff': templateDiff,
  'template.create': templateCreate,
  'template.publish': templatePublish,
  'template.build': templateBuild,
  'template.update': templateUpdate,
  'template.verify': templateVerify,
  'template.export': templateExport,
  'template.import': templateImport,
  'template.remove': templateRemove,
  'pool.list': poolList,
  'net.stat': netStat,
  'firewall.list': firewallList,
  'firewall.show': firewallShow,
  'firewall.policy': firewallPolicy,
  'firewall.add': firewallAdd,
  'firewall.change': firewallChange,
  'firewall.remove': firewallRemove,
  'app.list': applicationList,
  'app.status': applicationStatus,
  'app.add': applicationAdd,
  'app.update': applicationUpdate,
  'app.remove': applicationRemove,
  've.history': veHistory,
  'node.history': nodeHistory,
  samples,
  metrics,
  'vzfs.stats': vzfsStats,
  'vzfs.verify': vzfsVerify,
  'vzfs.optimize': vzfsOptimize,
  'vzfs.gc': vzfsCollect,
  'operation.list': operationList,
  'operation.show': operationShow,
  'operation.cancel': operationCancel,
  events,
  'node.show': nodeShow,
  'node.findings': nodeFindings,
} as const;

export type OperationTable = typeof operationTable;
export type OperationId = keyof OperationTable;

/** The rows as a list, in the order of the reference. */
export const operationRows: readonly OperationDefinition[] = Object.values(operationTable);
