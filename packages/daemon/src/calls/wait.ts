import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fault, type VeStatus } from '@insula/contract';
import { initProfiles } from '@insula/templates';
import { prepareExec, stateOf, statusOf, type VeEntry } from '@insula/ve';
import type { Node } from '../node.ts';

type WaitQuery = {
  readonly for?: 'ready' | 'running' | 'stopped' | 'paused' | 'suspended' | 'mounted';
  readonly timeout?: number;
};

/** Milliseconds between two tries of a readiness probe that failed, as it does while init has not mounted anything yet. */
const probeInterval = 100;

/**
 * Settles when a VE is in the state that is waited for and no change is under way.
 * @throws CodedError ve_not_found (also when it is destroyed meanwhile), timeout
 */
export async function waitFor(
  node: Node,
  reference: string,
  query: WaitQuery,
  gone: AbortSignal,
): Promise<VeStatus> {
  const { for: wanted = 'ready', timeout: seconds = 300 } = query;
  const { uuid } = node.registry.find(reference).spec;
  const timeUp = AbortSignal.timeout(seconds * 1000);
  const signal = AbortSignal.any([gone, timeUp]);
  try {
    for (;;) {
      const entry = await stateReached(node, uuid, wanted === 'ready' ? 'running' : wanted, signal);
      if (wanted !== 'ready' || (await isReady(node, entry, signal)))
        return statusOf(entry, node.holderOf(uuid));
      await delay(probeInterval, undefined, { signal });
    }
  } catch (error) {
    if (timeUp.aborted) throw fault('timeout', { what: `VE ${reference} being ${wanted}`, seconds });
    throw error;
  }
}

async function stateReached(node: Node, uuid: string, wanted: string, signal: AbortSignal): Promise<VeEntry> {
  const { promise, resolve, reject } = Promise.withResolvers<VeEntry>();
  const look = () => {
    const entry = node.registry.get(uuid);
    if (entry === undefined) reject(fault('ve_not_found', { ve: uuid }));
    else if (stateOf(entry.runtime) === wanted && node.holderOf(uuid) === undefined) resolve(entry);
  };
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  const unsubscribe = node.registry.onChange(look);
  try {
    signal.throwIfAborted();
    look();
    return await promise;
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Whether the init of a running VE says that its boot is complete. One that cannot be asked is not ready yet, or not any more. */
async function isReady(node: Node, entry: VeEntry, signal: AbortSignal): Promise<boolean> {
  const template = await node.templates.version(entry.spec.template);
  const probe = initProfiles[template.init].ready;
  try {
    const exec = await prepareExec(node.ports, entry, { command: [...probe] }, `ready-${randomUUID()}`);
    try {
      await node.host.commands.run(exec.argv, { signal });
    } finally {
      await exec.cleanUp();
    }
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
