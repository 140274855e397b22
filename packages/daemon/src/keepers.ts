import type { NodeConfig } from '@insula/contract';
import type { Host } from '@insula/host';
import { type AddressPool, NameService, NetworkKeeper, type TrafficLedger } from '@insula/network';
import type { OperationEngine } from '@insula/operations';
import { GuaranteeKeeper } from '@insula/resources';
import { asItRuns, linkOf, type NodeLayout, type VeRegistry, VisibleFilesKeeper, veLock } from '@insula/ve';
import type { Logger } from 'pino';
import { codeError } from './code-error.ts';

type NetworkPorts = Omit<
  ConstructorParameters<typeof NetworkKeeper>[0],
  'pools' | 'running' | 'specified' | 'reconnect' | 'log'
>;

interface KeeperPorts extends NodeLayout {
  readonly config: NodeConfig;
  readonly host: Host;
  readonly registry: VeRegistry;
  readonly engine: OperationEngine;
  readonly network: NetworkPorts;
  readonly pools: readonly AddressPool[];
  readonly ledger: TrafficLedger;
  readonly holderOf: (uuid: string) => unknown;
  readonly log: Logger;
}

/** What looks after a node all the time, beside operations. */
export interface Keepers {
  readonly network: NetworkKeeper;
  stop(): Promise<void>;
}

/** Milliseconds of traffic that a machine may forget which loses its power. */
const bookInterval = 300_000;

/** Starts whatever keeps the kernel and the services of a node as its VEs need them, whoever changes them. */
export async function startKeepers(ports: KeeperPorts): Promise<Keepers> {
  const { config, host, registry, groups, run, ledger, log } = ports;
  const warn = (line: string, details?: object) => log.warn(details, line);
  const network = networkKeeper(ports);
  const guarantees = new GuaranteeKeeper({
    ...host,
    parents: groups.parents,
    cpuReservePercent: config.reserve.cpuPercent,
    running: () =>
      registry
        .list()
        .filter(({ runtime }) => runtime.init !== null)
        .map(asItRuns)
        .map(({ ctid, parameters }) => ({ ctid, cgroup: groups.outer(ctid), parameters })),
    log: warn,
  });
  const visibleFiles = new VisibleFilesKeeper({ ...host, registry, lxcfs: config.lxcfs, log: warn });
  const names = new NameService({
    ...host,
    config,
    dir: `${run.root}/names`,
    ves: () => registry.list().map(({ spec }) => spec),
    log: warn,
  });

  registry.onChange(({ what }) => {
    guarantees.changed();
    if (what !== 'state') names.changed();
    if (what === 'changed') network.specChanged();
  });
  await guarantees.look();
  await names.start();
  await network.start();
  visibleFiles.start();
  const keepBooks = async () => {
    await ledger.keep().catch((error: unknown) => {
      log.warn({ problem: codeError(error).message }, 'traffic of VEs is not written down');
    });
  };
  const bookkeeping = setInterval(() => void keepBooks(), bookInterval);

  return {
    network,
    async stop() {
      clearInterval(bookkeeping);
      await keepBooks();
      network.stop();
      visibleFiles.stop();
      guarantees.stop();
      names.stop();
    },
  };
}

function networkKeeper({
  host,
  registry,
  engine,
  network,
  pools,
  holderOf,
  log,
}: KeeperPorts): NetworkKeeper {
  return new NetworkKeeper({
    ...network,
    pools,
    running: () =>
      registry
        .list()
        .filter(({ spec, runtime }) => runtime.init !== null && holderOf(spec.uuid) === undefined)
        .map(({ spec }) => spec),
    specified: () =>
      registry.list().map(({ spec }) => ({ link: linkOf(spec), isHeld: holderOf(spec.uuid) !== undefined })),
    async reconnect(uuid) {
      const entry = registry.get(uuid);
      if (!entry?.runtime.init || !(await host.processes.isAlive(entry.runtime.init))) return;
      const target = { kind: 've', id: uuid, name: entry.spec.name } as const;
      await engine.submit({
        kind: 've.reconnect',
        target,
        input: null,
        locks: [veLock(uuid)],
        ifBusy: 'wait',
      });
    },
    log: (line, details) => log.warn(details, line),
  });
}
