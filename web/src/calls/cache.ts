import { type NodeEvent, type Operation, outdatedReads, type VeSummary } from '@insula/contract';
import type { QueryClient } from '@tanstack/react-query';
import { live } from './live.ts';
import { outdated, queryClient, type ReadId } from './reads.ts';

/** What a VE's own reads are called; they are read again when something happens to it. */
const ofVe: readonly ReadId[] = [
  've.show',
  've.limits',
  've.netif.list',
  've.services',
  've.processes',
  'account.list',
  'quota.list',
  'snapshot.list',
  'checkpoint.list',
  've.checkpoint.check',
  've.migrate.check',
  'app.status',
];
/** What changes with any VE. */
const ofNode: readonly ReadId[] = ['node.show', 'node.capacity', 'pool.list'];

/** Lists that events change where they stand. */
const followed: readonly ReadId[] = ['ve.list', 'operation.list'];

/** What kinds of operations change beside the VE that they are about. */
const ofOperations: readonly (readonly [prefix: string, reads: readonly ReadId[]])[] = [
  ['template.', ['template.list', 'template.show', 'app.list', 'vzfs.stats']],
  ['sample.', ['sample.list']],
  ['ve.create', ['template.list']],
  // its template may have come along
  ['ve.receive', ['template.list', 'vzfs.stats']],
  ['vzfs.', ['vzfs.stats']],
];

/** At most this many are kept of a list of operations. */
const longestList = 200;

/** Lets events of the node change what is known; answers how to end that. */
export function keepCurrent(): () => void {
  const pending = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // ten events of one operation are one read
  const later = (key: string) => {
    pending.add(key);
    timer ??= setTimeout(() => {
      timer = undefined;
      const keys = new Set(pending);
      pending.clear();
      readAgain(keys);
    }, 150);
  };
  const leaveEvents = live.onEvents((events) => {
    // an answer that is under way may be older than the event, and would undo what it said
    for (const id of followed) if (queryClient.isFetching({ queryKey: [id] }) > 0) later(id);
    applyVes(queryClient, events);
    applyOperations(queryClient, events);
    for (const event of events) for (const key of touched(event)) later(key);
  });
  const leaveGaps = live.onGap(() => {
    const now = Date.now();
    void queryClient.invalidateQueries({ predicate: ({ state }) => state.dataUpdatedAt < now });
  });
  return () => {
    clearTimeout(timer);
    leaveEvents();
    leaveGaps();
  };
}

/** Keys of what an event makes outdated: `call`, or `call of`. */
function touched(event: NodeEvent): readonly string[] {
  switch (event.kind) {
    case 've':
      return [...ofNode, ...ofVe.map((id) => `${id} ${event.uuid}`)];
    case 'operation': {
      const { id, kind, target, endedAt } = event.operation;
      const shown = [`operation.show ${id}`];
      if (endedAt === null) return shown;
      const others = ofOperations.flatMap(([prefix, reads]) => (kind.startsWith(prefix) ? reads : []));
      return [...shown, ...others, ...ofVe.map((read) => `${read} ${target.id}`)];
    }
    case 'alert':
      return ['alert.list', 'alert.history'];
    case 'refusal':
      return [`ve.limits ${event.uuid}`];
    case 'edit':
      return outdatedReads(event.call).flatMap((id) =>
        event.uuid === null ? [id] : [id, `${id} ${event.uuid}`],
      );
  }
}

function readAgain(keys: ReadonlySet<string>): void {
  const whole = [...keys].filter((key) => !key.includes(' ')) as ReadId[];
  outdated(...whole);
  void queryClient.invalidateQueries({
    predicate: ({ queryKey: [id, input] }) => {
      const { params, query } = input as {
        readonly params?: Readonly<Record<string, string>>;
        readonly query?: Readonly<Record<string, string>>;
      };
      return [params?.['ve'], params?.['operation'], query?.['ve']].some(
        (of) => of !== undefined && keys.has(`${String(id)} ${of}`),
      );
    },
  });
}

/** The list of VEs with what events say of them. */
function applyVes(client: QueryClient, events: readonly NodeEvent[]): void {
  const news = new Map<string, VeSummary | null>();
  for (const event of events) if (event.kind === 've') news.set(event.uuid, event.ve);
  if (news.size === 0) return;
  client.setQueriesData<readonly VeSummary[]>({ queryKey: ['ve.list'] }, (list) => {
    if (list === undefined) return undefined;
    const rest = list.flatMap((ve) => {
      const now = news.get(ve.uuid);
      if (now === undefined) return [ve];
      news.delete(ve.uuid);
      return now === null ? [] : [now];
    });
    const added = [...news.values()].filter((ve) => ve !== null);
    return added.length === 0 ? rest : [...rest, ...added].sort((left, right) => left.ctid - right.ctid);
  });
}

/** Lists of operations with what events say of them. Events carry no log: the one that is known stays. */
function applyOperations(client: QueryClient, events: readonly NodeEvent[]): void {
  const news = new Map<string, Operation>();
  for (const event of events) if (event.kind === 'operation') news.set(event.operation.id, event.operation);
  if (news.size === 0) return;
  for (const operation of news.values()) {
    client.setQueryData<Operation>(['operation.show', { params: { operation: operation.id } }], (before) =>
      before === undefined ? undefined : { ...operation, log: before.log },
    );
  }
  for (const [key, list] of client.getQueriesData<readonly Operation[]>({ queryKey: ['operation.list'] })) {
    if (list === undefined) continue;
    const { query } = key[1] as { readonly query?: { readonly ve?: string; readonly state?: string } };
    const found = new Set(list.map(({ id }) => id));
    const changed = list.map((operation) => news.get(operation.id) ?? operation);
    const added = [...news.values()].filter(
      ({ id, target }) => !found.has(id) && (query?.ve === undefined || target.id === query.ve),
    );
    client.setQueryData(key, [...added.reverse(), ...changed].slice(0, longestList));
  }
}
