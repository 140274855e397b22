import { numbersOf } from '@insula/contract';
import type { Host } from '@insula/host';
import type { LimitTarget } from './encode-limit.ts';

export interface LimitTargetPorts extends Pick<Host, 'files' | 'blockDevices'> {
  readonly pool: { readonly root: string };
}

/** Numbers of the processors that the node has online. */
export async function onlineProcessors({ files }: Pick<Host, 'files'>): Promise<readonly number[]> {
  return numbersOf(((await files.readTextIfExists('/sys/devices/system/cpu/online')) ?? '0').trim());
}

/** Numbers of the NUMA nodes; kernels without any count as one. */
export async function onlineNodes({ files }: Pick<Host, 'files'>): Promise<readonly number[]> {
  return numbersOf(((await files.readTextIfExists('/sys/devices/system/node/online')) ?? '0').trim());
}

/** What limits of a VE are compiled for on this node. */
export async function limitTarget(ports: LimitTargetPorts, ctid: number): Promise<LimitTarget> {
  return {
    seed: ctid,
    processors: await onlineProcessors(ports),
    disks: await ports.blockDevices.below(ports.pool.root),
  };
}
