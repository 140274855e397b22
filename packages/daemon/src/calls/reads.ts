import type { Operation } from '@insula/contract';
import { checkMigration } from '@insula/migration';
import { detailOf, statusOf, summaryOf } from '@insula/ve';
import { gatherFacts } from '../doctor/gather-facts.ts';
import { judgeHost } from '../doctor/judge-host.ts';
import { gatherPoolFacts, judgePool } from '../doctor/judge-pool.ts';
import { operationView } from '../events/operation-events.ts';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { accountCalls } from './account-calls.ts';
import { alertCalls } from './alert-calls.ts';
import { applicationReads } from './application-calls.ts';
import { auditCalls } from './audit-calls.ts';
import { certificateCalls } from './certificate-calls.ts';
import { checkpointReads } from './checkpoint-calls.ts';
import { snapshotReads } from './copy-calls.ts';
import { fileCalls } from './file-calls.ts';
import { findOperation } from './find-operation.ts';
import { firewallCalls } from './firewall-calls.ts';
import { grantCalls } from './grant-calls.ts';
import { historyReads } from './history-calls.ts';
import { insideCalls } from './inside-calls.ts';
import { interfaceViews } from './interfaces.ts';
import { limitReads } from './limits.ts';
import { nodeInfo } from './node-info.ts';
import { passkeyCalls } from './passkey-calls.ts';
import { policyCalls } from './policy-calls.ts';
import { poolUses } from './pools.ts';
import { quotaCalls } from './quota-calls.ts';
import { sampleCalls } from './sample-calls.ts';
import { sessionCalls } from './session-calls.ts';
import { templateReads } from './template-reads.ts';
import { traffic } from './traffic.ts';
import { usageOf } from './usage-calls.ts';
import { userCalls } from './user-calls.ts';
import { vzfsUse } from './vzfs-calls.ts';
import { waitFor } from './wait.ts';

/** The calls that answer at once, from memory wherever that is possible. */
export function reads(node: Node): Reads {
  const { registry, engine, journal } = node;
  const { gatekeeper } = node.access;

  const operation = (id: string) => findOperation({ engine, journal }, id);

  return {
    've.list': () => registry.list().map((entry) => summaryOf(entry, node.holderOf(entry.spec.uuid))),
    've.show': ({ params }) => {
      const entry = registry.find(params.ve);
      const { uuid } = entry.spec;
      return detailOf(entry, node.holderOf(uuid), node.ports.pool.privateArea(uuid).dir);
    },
    've.status': ({ params }) => {
      const entry = registry.find(params.ve);
      return statusOf(entry, node.holderOf(entry.spec.uuid));
    },
    've.wait': async ({ params, query, signal }) => await waitFor(node, params.ve, query, signal),
    ...firewallCalls(node),
    'net.stat': async ({ query }) => await traffic(node, query),
    've.netif.list': async ({ params }) => await interfaceViews(node, params.ve),
    'pool.list': () => [...poolUses(node)],
    've.migrate.check': async ({ params }) =>
      await checkMigration(node.link.ports, registry.find(params.ve), params.node),
    'node.identity': async () => await node.link.identity(),
    'peer.list': () => node.link.peers.list().map((peer) => ({ ...peer })),
    'peer.trust': async ({ body }) => await node.link.peers.trust(body),
    'peer.forget': async ({ params }) => {
      await node.link.peers.forget(params.peer);
      return null;
    },
    ...checkpointReads(node),
    'vzfs.stats': async () => await vzfsUse(node),
    ...templateReads(node),
    ...snapshotReads(node),
    ...quotaCalls(node),
    ...fileCalls(node),
    ...accountCalls(node),
    ...limitReads(node),
    ...sampleCalls(node),
    ...applicationReads(node),
    ...insideCalls(node),
    ...historyReads(node),
    ...alertCalls(node),
    'usage.list': async ({ query }) => await usageOf(node, query),
    ...userCalls(node),
    ...grantCalls(node),
    ...policyCalls(node),
    ...sessionCalls(node),
    ...passkeyCalls(node),
    ...certificateCalls(node),
    ...auditCalls(node),
    'operation.list': ({ query, caller }) => {
      const targetId = query.ve === undefined ? undefined : registry.find(query.ve).spec.uuid;
      const { state, before, limit = 50 } = query;
      return journal
        .list({
          limit,
          wanted: ({ target }) =>
            gatekeeper.mayHave(caller, 'operation.read', gatekeeper.operationTarget(target)),
          ...(state === undefined ? {} : { state }),
          ...(before === undefined ? {} : { before }),
          ...(targetId === undefined ? {} : { targetId }),
        })
        .map((record): Operation => operationView(engine.find(record.id) ?? record));
    },
    'operation.show': ({ params }) => operationView(operation(params.operation)),
    'operation.cancel': ({ params }) => operationView(engine.cancel(operation(params.operation).id)),
    'node.show': async () => await nodeInfo(node),
    'node.findings': async () => [
      ...judgeHost(await gatherFacts(node.host)),
      judgePool(await gatherPoolFacts(node.host, node.config.pool)),
    ],
  };
}
