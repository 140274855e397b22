import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** The calls about the audit log. */
export function auditCalls({ access }: Node): Pick<Reads, 'audit.list' | 'audit.verify'> {
  const { store } = access.audit;
  return {
    'audit.list': ({ query }) => [...store.list({ limit: 100, ...query })],
    'audit.verify': () => store.verify(),
  };
}
