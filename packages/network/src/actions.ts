import { fault } from '@insula/contract';
import type { Host, ProcessIdentity } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { compileGuestBatch, compileHostBatch, type VeLink } from './compile-links.ts';
import { compileBinding, compileUnbinding, nodeTable } from './compile-ruleset.ts';
import { hostLinkName } from './links.ts';
import { type NodeNetworkPorts, prepareNode } from './node-network.ts';

/** What the network's step handlers need. */
export interface NetworkPorts extends NodeNetworkPorts, Pick<Host, 'processes'> {
  /**
   * Init of a VE that was created or runs: its network namespace is the VE's. Asked for when the step runs, since plans are made
   * before there is a process.
   */
  initOf(uuid: string): Promise<ProcessIdentity>;
  /** The VEs of the node that have a link: what the ruleset is made from again when somebody flushed it. */
  connectedVes(): Promise<readonly VeLink[]>;
}

export type ConnectArgs = {
  readonly uuid: string;
  readonly ctid: number;
  readonly addresses: readonly string[];
};

export type DisconnectArgs = Omit<ConnectArgs, 'uuid'>;

/** Step handlers for a VE's link to the node. A connect spawns nft and twice ip, whatever the number of VEs and addresses. */
export function networkActions(ports: NetworkPorts) {
  const { links, processes, config } = ports;

  const connectNetwork: StepHandler<ConnectArgs> = {
    async do(args, { signal }) {
      const init = await ports.initOf(args.uuid);
      await removeLink(ports, args.ctid, signal);
      // side by side: nothing that could send runs in the VE yet
      await both(
        bind(ports, args, signal),
        links.batch(compileHostBatch(config, { ...args, pid: init.pid }), { signal }),
      );
      await links.batchInside(init.pid, compileGuestBatch(config, args), { signal });
      // had init died, the kernel could have given its pid, and with it the link, to another process
      if (!(await processes.isAlive(init))) {
        throw fault('start_failed', {
          ve: String(args.ctid),
          problem: 'init ended while its network was set up',
        });
      }
    },
    undo: async (args, { signal }) => await disconnect(ports, args, signal),
  };

  const disconnectNetwork: StepHandler<DisconnectArgs> = {
    do: async (args, { signal }) => await disconnect(ports, args, signal),
  };

  return { 'connect-network': connectNetwork, 'disconnect-network': disconnectNetwork };
}

/** Waits for the end of both, also when one fails: an undo must not meet what is still under way. */
async function both(...tasks: readonly [Promise<void>, Promise<void>]): Promise<void> {
  for (const task of await Promise.allSettled(tasks)) if (task.status === 'rejected') throw task.reason;
}

async function disconnect(ports: NetworkPorts, ve: VeLink, signal: AbortSignal): Promise<void> {
  // the link goes first: no moment in which it is up and unfiltered
  await removeLink(ports, ve.ctid, signal);
  try {
    await ports.nftables.apply(compileUnbinding(ports.config, ve), { signal });
  } catch (error) {
    if (!(await tableIsMissing(ports, signal))) throw error;
  }
}

/** Restarting a host's own firewall service usually flushes every table: then the whole ruleset is made again. */
async function bind(ports: NetworkPorts, ve: VeLink, signal: AbortSignal): Promise<void> {
  try {
    await ports.nftables.apply(compileBinding(ports.config, ve), { signal });
  } catch (error) {
    if (!(await tableIsMissing(ports, signal))) throw error;
    const others = (await ports.connectedVes()).filter(({ ctid }) => ctid !== ve.ctid);
    await prepareNode(ports, [...others, ve], { signal });
  }
}

async function tableIsMissing({ nftables, config }: NetworkPorts, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  return (await nftables.listTable(nodeTable(config), { signal })) === null;
}

/** Removes the node's side of a link, and with it the VE's side, the routes and the neighbours. */
async function removeLink({ links, config }: NetworkPorts, ctid: number, signal: AbortSignal): Promise<void> {
  const link = hostLinkName(config, ctid);
  if (!(await links.linkExists(link))) return;
  try {
    await links.batch([`link delete dev ${link}`], { signal });
  } catch (error) {
    // when a VE's last process ends, the kernel removes its link too, a moment later and by itself
    if (signal.aborted || (await links.linkExists(link))) throw error;
  }
}
