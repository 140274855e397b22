import type { DatabaseSync } from 'node:sqlite';
import type { NodeConfig } from '@insula/contract';
import type { OperationRecord } from '@insula/operations';
import type { Logger } from 'pino';
import { AuditStore } from '../store/audit-store.ts';
import { CredentialStore } from '../store/credential-store.ts';
import { DirectoryStore } from '../store/directory-store.ts';
import { PasskeyStore } from '../store/passkey-store.ts';
import { PolicyStore } from '../store/policy-store.ts';
import { RepetitionStore } from '../store/repetition-store.ts';
import { Audit } from './audit.ts';
import { Authentication } from './authentication.ts';
import { type ForeignRealmParts, ForeignRealms } from './foreign-realms.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { LiveCalls } from './live-calls.ts';
import { Logins } from './login.ts';
import { type OwnerPorts, Owners } from './owners.ts';
import { Passkeys } from './passkeys.ts';

interface AccessParts extends Omit<OwnerPorts, 'host' | 'nodeName'> {
  readonly config: Pick<NodeConfig, 'name' | 'api'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly host: OwnerPorts['host'] & ForeignRealmParts['host'];
  readonly database: DatabaseSync;
  readonly auditDatabase: DatabaseSync;
  operation(id: string): OperationRecord;
}

/** Who may do what on this node, and who is who. */
export interface Access {
  readonly directory: DirectoryStore;
  readonly credentials: CredentialStore;
  readonly policies: PolicyStore;
  readonly logins: Logins;
  readonly realms: ForeignRealms;
  readonly passkeys: Passkeys;
  readonly authentication: Authentication;
  readonly gatekeeper: Gatekeeper;
  readonly live: LiveCalls;
  readonly audit: Audit;
  readonly repetitions: RepetitionStore;
}

/** Milliseconds between two looks for what has ended by itself. */
const sweepInterval = 60_000;

export function openAccess({ database, auditDatabase, config, log, ...rest }: AccessParts): Access {
  const ports = { ...rest, nodeName: config.name };
  const directory = new DirectoryStore(database);
  const credentials = new CredentialStore(database);
  const policies = new PolicyStore(database);
  const owners = new Owners(ports, policies);
  const realms = new ForeignRealms({
    config: config.api,
    host: ports.host,
    directory,
    onProblem: (realm, problem) => log.warn({ realm, problem }, 'a login'),
  });
  const passkeys = new Passkeys({ config, directory, store: new PasskeyStore(database) });
  const authentication = new Authentication({ directory, credentials, owners });
  const live = new LiveCalls();
  directory.onChange(() => live.review());
  credentials.onRevoked(() => live.review());
  policies.onChange(() => live.review());
  setInterval(() => {
    if (!database.isOpen) return;
    credentials.prune(Date.now());
    live.review();
  }, sweepInterval).unref();
  return {
    directory,
    credentials,
    policies,
    authentication,
    realms,
    passkeys,
    live,
    repetitions: new RepetitionStore(database),
    audit: new Audit(new AuditStore(auditDatabase), directory),
    logins: new Logins({ directory, credentials, owners, realms, passkeys }),
    gatekeeper: new Gatekeeper({ ...ports, policies }),
  };
}
