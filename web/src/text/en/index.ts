import { access, account } from './access.ts';
import { alertsPage } from './alerts.ts';
import { around } from './around.ts';
import { audit } from './audit.ts';
import { create } from './create.ts';
import { files } from './files.ts';
import { firewall } from './firewall.ts';
import { inside } from './inside.ts';
import { logs } from './logs.ts';
import { nodePage } from './node.ts';
import { operations } from './operations.ts';
import { others } from './others.ts';
import { passkeys } from './passkeys.ts';
import { samples } from './samples.ts';
import { shell } from './shell.ts';
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
  ...around,
  ...others,
  access,
  alertsPage,
  account,
  audit,
  create,
  nodePage,
  passkeys,
  samples,
  operations,
};
