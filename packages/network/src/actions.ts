import { fault } from '@insula/contract';
import { CommandFailed, type Host, type ProcessIdentity } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import { parsePools } from './addresses/address-pool.ts';
import {
  compileGuestBatch,
  compileGuestChange,
  compileHostBatch,
  compileHostChange,
  compileProxyRemoval,
} from './compile-links.ts';
import {
  type AttachmentPorts,
  adjust,
  attach,
  detach,
  letGo,
  removeInside,
} from './interfaces/attachment.ts';
import { interfaceDifference } from './interfaces/compile-interfaces.ts';
import { bridged, portName } from './interfaces/interface.ts';
import { hostLinkName } from './links.ts';
import type { NodeNetworkPorts } from './node-network.ts';
import { compileQueueLink, compileShaping, compileUnshaping, isShaped, queueLinkName } from './shaping.ts';
import { parseClasses } from './traffic-classes.ts';
import type { LinkLedger } from './traffic-ledger.ts';
import { allowProxies, announce, refuseDuplicates, uplinksOf } from './uplinks.ts';
import { addressChange, type VeLink } from './ve-link.ts';

/** What the network's step handlers need. */
export interface NetworkPorts
  extends NodeNetworkPorts,
    AttachmentPorts,
    Pick<Host, 'processes' | 'neighbours' | 'trafficControl'> {
  /**
   * Init of a VE that was created or runs: its network namespace is the VE's. Asked for when the step runs, since plans are made
   * before there is a process.
   */
  initOf(uuid: string): Promise<ProcessIdentity>;
  readonly ledger: LinkLedger;
}

export type ChangeArgs = { readonly uuid: string; readonly from: VeLink; readonly to: VeLink };

/** Step handlers for a VE's link to the node. A claim spawns nft, and a connect ip twice, whatever the number of VEs and addresses. */
export function networkActions(ports: NetworkPorts) {
  const { links, processes, config, ruleset } = ports;
  const pools = parsePools(config.network);
  const classes = parseClasses(config.network.classes);

  /**
   * The VE's addresses become its own: nobody else has them, the node answers for them, and its rules let through what comes from and
   * goes to them. Needs no namespace; there must be no link yet that could send.
   */
  const claimAddresses: StepHandler<VeLink> = {
    do: async (args, { signal }) => await claim(args, signal),
    undo: async (args, { signal }) => await disconnect(args, signal),
  };

  /** Of a VE whose addresses are claimed. */
  const connectNetwork: StepHandler<VeLink> = {
    async do(args, context) {
      const { signal } = context;
      const init = await ports.initOf(args.uuid);
      await connectLink(args, init, context);
      await attach(ports, args, { pid: init.pid, interfaces: args.interfaces }, context);
      if (bridged(args.interfaces).length > 0) await shape(args, signal);
      // had init died, the kernel could have given its pid, and with it the link, to another process
      if (!(await processes.isAlive(init))) {
        throw fault('start_failed', {
          ve: String(args.ctid),
          problem: 'init ended while its network was set up',
        });
      }
    },
    undo: async (args, { signal }) => await disconnect(args, signal),
  };

  /** Makes again what is missing of the network of a VE that runs, and leaves the rest alone. */
  const repairNetwork: StepHandler<VeLink> = {
    async do(args, context) {
      const init = await ports.initOf(args.uuid);
      if (!(await links.linkExists(hostLinkName(config, args.ctid)))) {
        await claim(args, context.signal);
        await connectLink(args, init, context);
      }
      const missing: VeLink['interfaces'][number][] = [];
      for (const one of bridged(args.interfaces))
        if (!(await links.linkExists(portName(config, args.ctid, one)))) missing.push(one);
      await attach(ports, args, { pid: init.pid, interfaces: missing }, context);
      if (missing.length > 0 && isShaped(args)) {
        await unshape(args, context.signal);
        await reshape(args, context.signal);
      }
    },
  };

  async function claim(args: VeLink, signal: AbortSignal): Promise<void> {
    await removeLink(ports, args.ctid, signal);
    const uplinks = uplinksOf(ports, pools, args.addresses);
    await refuseDuplicates(ports, uplinks, signal);
    await allowProxies(ports, uplinks);
    await ruleset.bind(args, { signal });
  }

  async function connectLink(args: VeLink, init: ProcessIdentity, context: StepContext): Promise<void> {
    const { signal } = context;
    // what an earlier try left of it
    await removeLink(ports, args.ctid, signal);
    const uplinks = uplinksOf(ports, pools, args.addresses);
    const host = compileHostBatch(config, { ...args, pid: init.pid }, uplinks);
    await links.batch([...host, ...compileQueueLink(config, args)], { signal });
    await shape({ ...args, interfaces: [] }, signal);
    await links.batchInside(init.pid, compileGuestBatch(config, args), { signal });
    await announce(ports, uplinks, (line) => context.log(line));
  }

  const disconnectNetwork: StepHandler<VeLink> = {
    do: async (args, { signal }) => await disconnect(args, signal),
  };

  /** A VE whose link is gone has nothing to change: it is going down, and comes up with what its spec says then. */
  const changeNetwork: StepHandler<ChangeArgs> = {
    async do({ uuid, from, to }, context) {
      const { signal } = context;
      if (!(await links.linkExists(hostLinkName(config, to.ctid)))) return;
      const uplinks = uplinksOf(ports, pools, addressChange(from, to).added);
      await refuseDuplicates(ports, uplinks, signal);
      await change(uuid, from, to, context);
      await announce(ports, uplinks, (line) => context.log(line));
    },
    async undo({ uuid, from, to }, context) {
      if (await links.linkExists(hostLinkName(config, to.ctid))) await change(uuid, to, from, context);
    },
  };

  async function change(uuid: string, from: VeLink, to: VeLink, context: StepContext): Promise<void> {
    const { signal } = context;
    const init = await ports.initOf(uuid);
    const { added, removed } = addressChange(from, to);
    const wanted = uplinksOf(ports, pools, added);
    const gone = uplinksOf(ports, pools, removed);
    const interfaces = interfaceDifference(from.interfaces, to.interfaces);
    if (interfaces.removed.length > 0) {
      await detach(ports, from, interfaces.removed, signal);
      await removeInside(ports, init.pid, interfaces.removed, signal);
      await ports.ledger.settle(from);
    }
    await allowProxies(ports, wanted);
    await ruleset.rebind(from, to, { signal });
    // what was counted for interfaces that are gone is gone with them
    if (interfaces.removed.length > 0) await ports.ledger.settle(to);
    await links.batch(compileHostChange(config, from, to, { gone, wanted }), { signal });
    await links.batchInside(init.pid, compileGuestChange(config, from, to), { signal });
    const isReshaped = isShapedOtherwise(from, to);
    if (isReshaped) await unshape({ ...from, interfaces: interfaces.kept }, signal);
    await adjust(ports, { from, to, pid: init.pid }, interfaces, context);
    await attach(ports, to, { pid: init.pid, interfaces: interfaces.added }, context);
    if (isReshaped) await reshape(to, signal);
  }

  /** A VE without rates costs nothing here. */
  async function shape(ve: VeLink, signal: AbortSignal): Promise<void> {
    if (!isShaped(ve)) return;
    try {
      await ports.trafficControl.batch(compileShaping(config, ve, classes), { signal });
    } catch (error) {
      if (!(error instanceof CommandFailed) || !/unknown|No such file|Failed to load/.test(error.stderr))
        throw error;
      throw fault(
        'host_lacks',
        {
          feature: 'traffic shaping',
          consequence: 'VEs with rates cannot be run',
          remedy:
            'load the modules sch_htb, sch_ingress, cls_u32, act_mirred and ifb, or take the rates away',
        },
        { cause: error },
      );
    }
  }

  async function unshape(ve: VeLink, signal: AbortSignal): Promise<void> {
    await ports.trafficControl.batch(compileUnshaping(config, ve), { signal });
    await removeDevice(ports, queueLinkName(config, ve.ctid), signal);
  }

  async function reshape(ve: VeLink, signal: AbortSignal): Promise<void> {
    await links.batch(compileQueueLink(config, ve), { signal });
    await shape(ve, signal);
  }

  async function disconnect(ve: VeLink, signal: AbortSignal): Promise<void> {
    // the link goes first: no moment in which it is up and unfiltered
    await removeLink(ports, ve.ctid, signal);
    await detach(ports, ve, ve.interfaces, signal);
    await letGo(ports, ve.uuid);
    const proxies = compileProxyRemoval(uplinksOf(ports, pools, ve.addresses));
    if (proxies.length > 0) await links.batch(proxies, { signal });
    // written down before its counters go, and forgotten after: whatever cuts this off, nothing is counted twice
    await ports.ledger.settle(ve);
    await ruleset.unbind(ve, { signal });
    await ports.ledger.forget(ve);
  }

  return {
    'claim-addresses': claimAddresses,
    'connect-network': connectNetwork,
    'repair-network': repairNetwork,
    'change-network': changeNetwork,
    'disconnect-network': disconnectNetwork,
  };
}

/** Whether rates differ, or the links that they hold for. */
function isShapedOtherwise(from: VeLink, to: VeLink): boolean {
  const relevant = ({ rates, ratebound, interfaces }: VeLink) =>
    JSON.stringify([
      rates,
      ratebound,
      rates.length === 0 ? [] : bridged(interfaces).map(({ index, mac }) => [index, mac]),
    ]);
  return relevant(from) !== relevant(to);
}

/** Removes the node's side of a link, and with it the VE's side, the routes and the neighbours. */
async function removeLink(ports: NetworkPorts, ctid: number, signal: AbortSignal): Promise<void> {
  for (const device of [hostLinkName(ports.config, ctid), queueLinkName(ports.config, ctid)])
    await removeDevice(ports, device, signal);
}

async function removeDevice({ links }: NetworkPorts, link: string, signal: AbortSignal): Promise<void> {
  if (!(await links.linkExists(link))) return;
  try {
    await links.batch([`link delete dev ${link}`], { signal });
  } catch (error) {
    // when a VE's last process ends, the kernel removes its link too, a moment later and by itself
    if (signal.aborted || (await links.linkExists(link))) throw error;
  }
}
