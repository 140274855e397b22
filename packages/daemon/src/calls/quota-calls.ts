import { listGuestQuotas, setGuestQuota } from '@insula/ve';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** The calls on quotas of users and groups inside VEs. Each is done when it answers. */
export function quotaCalls({ registry, ports, host }: Node): Pick<Reads, 'quota.list' | 'quota.set'> {
  const all = { ...ports, quotas: host.quotas };
  return {
    'quota.list': async ({ params }) => [...(await listGuestQuotas(all, registry.find(params.ve)))],
    'quota.set': async ({ params, body }) => await setGuestQuota(all, registry.find(params.ve), body),
  };
}
