import type { Firewall } from '@insula/contract';
import { createLinuxHost, type ProcessIdentity } from '@insula/host';
import {
  isConnected,
  type NetworkConfig,
  networkActions,
  noLedger,
  openFirewall,
  prepareNode,
  Ruleset,
  removeNode,
  type VeLink,
} from '../src/index.ts';
import { answerLines } from './line-server.ts';

/** What a node's network is told to do, in the network namespace that this process was started in. */
export type NodeQuestion =
  | { readonly call: 'prepare' | 'remove' }
  | { readonly call: 'connect'; readonly ve: VeLink; readonly pid: number }
  | { readonly call: 'connect again' | 'undo connect' | 'disconnect' | 'isConnected'; readonly ve: VeLink }
  | { readonly call: 'change' | 'undo change'; readonly from: VeLink; readonly to: VeLink }
  | { readonly call: 'wall'; readonly firewall: Firewall }
  | { readonly call: 'run'; readonly argv: readonly string[] }
  | { readonly call: 'batch'; readonly lines: readonly string[] }
  | { readonly call: 'batch inside'; readonly pid: number; readonly lines: readonly string[] }
  | { readonly call: 'flush ruleset' | 'routes' | 'table' };

const config = JSON.parse(process.argv[2] ?? '{}') as NetworkConfig;
const { commands, files, links, mounts, neighbours, nftables, sysctls, processes, trafficControl } =
  createLinuxHost({
    runcRoot: '/nonexistent',
  });
let firewall = openFirewall;
const ves = new Map<number, VeLink>();
const inits = new Map<string, ProcessIdentity>();

const ports = {
  files,
  links,
  mounts,
  namespaceOf: (uuid: string) => `/run/insula-test-${uuid}`,
  neighbours,
  trafficControl,
  nftables,
  sysctls,
  processes,
  config,
  ledger: noLedger,
  ruleset: new Ruleset({ nftables, config, firewall: () => firewall }),
  initOf: async (uuid: string): Promise<ProcessIdentity> => {
    const init = inits.get(uuid);
    if (init === undefined) throw new Error(`no init of ${uuid}`);
    return init;
  },
};
const actions = networkActions(ports);
const context = {
  operationId: 'test',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};

async function connect(ve: VeLink): Promise<void> {
  await actions['claim-addresses'].do(ve, context);
  await actions['connect-network'].do(ve, context);
}

await answerLines(async (line) => {
  const question = line as NodeQuestion;
  switch (question.call) {
    case 'prepare':
      return await prepareNode(ports, [...ves.values()]);
    case 'remove':
      return await removeNode(ports);
    case 'connect': {
      const { ve, pid } = question;
      const init = await processes.identify(pid);
      if (init === null) throw new Error(`no process ${pid}`);
      inits.set(ve.uuid, init);
      ves.set(ve.ctid, ve);
      return await connect(ve);
    }
    case 'connect again':
      return await connect(question.ve);
    case 'undo connect':
      return await actions['claim-addresses'].undo?.(question.ve, context);
    case 'change':
    case 'undo change': {
      const { call, from, to } = question;
      const args = { uuid: to.uuid, from, to };
      if (call === 'change') await actions['change-network'].do(args, context);
      else await actions['change-network'].undo?.(args, context);
      ves.set(to.ctid, call === 'change' ? to : from);
      return null;
    }
    case 'wall': {
      const gone = firewall;
      firewall = question.firewall;
      return await ports.ruleset.make({ gone });
    }
    case 'run':
      return (await commands.run(question.argv)).stdout;
    case 'disconnect':
      return await actions['disconnect-network'].do(question.ve, context);
    case 'isConnected':
      return await isConnected(ports, question.ve.ctid);
    case 'batch':
      return await links.batch(question.lines);
    case 'batch inside':
      return await links.batchInside(question.pid, question.lines);
    case 'flush ruleset':
      return await nftables.apply('flush ruleset\n');
    case 'routes':
      return (await links.routes()).map(({ destination }) => destination);
    case 'table':
      return await nftables.listTable({ family: 'inet', name: config.network.table });
  }
});
