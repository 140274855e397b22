import type { Alert, AlertMute, OperationId, OperationTable, ResultOf } from '@insula/contract';
import type { Caller } from '../access/caller.ts';
import type { Gatekeeper } from '../access/gatekeeper.ts';

/** Calls whose answer is a list of what the caller may have. */
type ListId = {
  [Id in OperationId]: OperationTable[Id] extends { readonly scope: 'somewhere'; readonly kind: 'read' }
    ? ResultOf<OperationTable[Id]> extends readonly unknown[]
      ? Id
      : never
    : never;
}[OperationId];

type Item<Id extends ListId> = ResultOf<OperationTable[Id]> extends readonly (infer Row)[] ? Row : never;

type Judges = {
  readonly [Id in ListId]: (gatekeeper: Gatekeeper, caller: Caller, item: Item<Id>) => boolean;
};

const forAll = () => true;

function alertJudge(gatekeeper: Gatekeeper, caller: Caller, { uuid }: Alert): boolean {
  return gatekeeper.mayHave(
    caller,
    'alert.read',
    uuid === null ? gatekeeper.node : gatekeeper.veByUuid(uuid),
  );
}

/** A mute names its VE as people do. */
export function muteJudge(gatekeeper: Gatekeeper, caller: Caller, { ve }: AlertMute): boolean {
  const target = ve === null ? gatekeeper.node : gatekeeper.targetOf(gatekeeper.scopeOf(`ve:${ve}`));
  return gatekeeper.mayHave(caller, 'alert.read', target);
}

/** One for each list that callers see parts of: a new one does not compile without. */
const judges: Judges = {
  've.list': (gatekeeper, caller, { uuid }) =>
    gatekeeper.mayHave(caller, 've.read', gatekeeper.veByUuid(uuid)),
  'net.stat': (gatekeeper, caller, { uuid }) =>
    gatekeeper.mayHave(caller, 've.read', gatekeeper.veByUuid(uuid)),
  'alert.list': alertJudge,
  'alert.history': alertJudge,
  'alert.mute.list': muteJudge,
  'usage.list': (gatekeeper, caller, { uuid }) =>
    gatekeeper.mayHave(caller, 'usage.read', gatekeeper.veByUuid(uuid)),
  'beancounter.list': (gatekeeper, caller, { uuid }) =>
    gatekeeper.mayHave(caller, 've.read', gatekeeper.veByUuid(uuid)),
  'operation.list': (gatekeeper, caller, { target }) =>
    gatekeeper.mayHave(caller, 'operation.read', gatekeeper.operationTarget(target)),
  'grant.list': (gatekeeper, caller, { scope }) =>
    gatekeeper.mayHave(caller, 'access.read', gatekeeper.targetOf(gatekeeper.scopeOf(scope))),
  'template.list': forAll,
  'app.list': forAll,
};

/** The part of an answer that its caller may have. */
export function visible(gatekeeper: Gatekeeper, caller: Caller, id: string, answer: unknown): unknown {
  if (!Object.hasOwn(judges, id) || !Array.isArray(answer)) return answer;
  const judge = judges[id as ListId] as (gatekeeper: Gatekeeper, caller: Caller, item: unknown) => boolean;
  return answer.filter((item) => judge(gatekeeper, caller, item));
}
