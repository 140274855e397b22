import { access, account } from './access.ts';
import { actions, paged } from './actions.ts';
import { alertsPage } from './alerts.ts';
import { around } from './around.ts';
import { audit } from './audit.ts';
import { create } from './create.ts';
import { files } from './files.ts';
import { firewall } from './firewall.ts';
import { inside } from './inside.ts';
import { logs } from './logs.ts';
import { migration } from './migration.ts';
import { network } from './network.ts';
import { nodePage } from './node.ts';
import { operations } from './operations.ts';
import { others } from './others.ts';
import { passkeys } from './passkeys.ts';
import { peers } from './peers.ts';
import { quotas } from './quotas.ts';
import { samples } from './samples.ts';
import { shell } from './shell.ts';
import { storage } from './storage.ts';
import { templates } from './templates.ts';
import { ve } from './ve.ts';
import { ves } from './ves.ts';
import { words } from './words.ts';

/** Everything that the panel says in English. */
export const en = {
  ...shell,
  ...words,
  ...ves,
  ...ve,
  ...inside,
  ...files,
  ...firewall,
  ...logs,
  ...network,
  ...around,
  ...others,
  ...migration,
  access,
  actions,
  alertsPage,
  account,
  audit,
  create,
  nodePage,
  passkeys,
  peers,
  quotas,
  samples,
  storage,
  operations,
  paged,
  templates,
};
