import { asCodedError, type NodeConfig, type OperationTarget, type VeSpec } from '@insula/contract';
import { FakeHost, RecordingCommandRunner } from '@insula/host';
import { networkActions, noLedger, openFirewall, Ruleset } from '@insula/network';
import {
  type Journal,
  MemoryJournal,
  OperationEngine,
  type OperationRecord,
  type StepHandlers,
} from '@insula/operations';
import { resourceActions } from '@insula/resources';
import { ApplicationStore, packageFetcher, TemplateStore } from '@insula/templates';
import { poolLayout, vzfsActions } from '@insula/vzfs';
import { veActions } from './actions/actions.ts';
import { ExecRoom } from './exec/exec-room.ts';
import { fakeSpec } from './fake-spec.ts';
import { veKinds } from './kinds.ts';
import { loadVes, type Unreadable } from './load.ts';
import type { VePorts } from './ports.ts';
import { VeRegistry } from './registry.ts';
import { cgroupLayout, runLayout } from './run-layout.ts';
import { readRunRecord } from './run-record.ts';
import { veLock } from './supervisor.ts';
import { VeFiles } from './ve-files.ts';

const template = {
  name: 'debian-12',
  version: '20261121.1',
  title: 'Debian 12',
  distribution: 'debian',
  release: '12',
  init: 'systemd',
  bytes: 1,
  files: 1,
  createdAt: '2026-11-21T20:00:00.000Z',
} as const;

/** A node in memory, on which daemons come and go. */
export class FakeNode {
  readonly pool = poolLayout('/pool');
  readonly run = runLayout('/run/insula');
  readonly groups = cgroupLayout('insula');
  readonly host = new FakeHost();
  readonly journal = new MemoryJournal();
  readonly config: NodeConfig = {
    name: 'node1',
    stateDir: '/state',
    runDir: this.run.root,
    pool: this.pool.root,
    templatesDir: '/templates',
    imageQuotas: false,
    criuDir: '/criu',
    lxcfs: '/var/lib/lxcfs',
    link: { address: '::', port: 4434 },
    api: { address: '::', port: 4648, redirectPort: 0, names: [] },
    cgroupParent: 'insula',
    interfacePrefix: 'ins',
    idRange: { first: 1_879_048_192, count: 10 },
    network: {
      pool: '10.101.0.0/16',
      gateway: '169.254.101.1',
      gateway6: 'fe80::1',
      pools: [],
      classes: [],
      attachable: { bridges: [], parents: [], devices: [] },
      apiPorts: [],
      rateMpu: 0,
      totalRates: [],
      nat: true,
      table: 'insula',
      dns: ['9.9.9.9'],
      names: { enabled: false, domain: 'insula.internal' },
    },
    reserve: { memoryPercent: 5, cpuPercent: 5 },
    autostart: { parallel: 4 },
    layout: 'auto',
    monitoring: { intervalSeconds: 10, address: '127.0.0.1', port: 0 },
    migration: { rounds: false },
    consoleLogBytes: 65_536,
  };
  /** A node with its folders and one template. */
  static async make(): Promise<FakeNode> {
    const node = new FakeNode();
    const { host, pool, run } = node;
    for (const dir of [pool.privateAreas, run.ves, run.exits]) await host.files.makeDir(dir);
    await host.files.makeDir(pool.layer(template.name, template.version).root);
    return node;
  }

  /** A daemon begins. At a certain call to its host it dies, or something else happens to it. */
  async boot(moment: Moment | null = null, happens?: () => void): Promise<FakeDaemon> {
    const life = new Life(moment, happens);
    const registry = new VeRegistry();
    const { files, mounts, btrfs, diskImages, cgroups, processes, runc, conmon, links, nftables, sysctls } =
      this.host;
    const host = {
      ...life.around({
        files,
        mounts,
        btrfs,
        diskImages,
        cgroups,
        processes,
        runc,
        conmon,
        links,
        nftables,
        sysctls,
        guestLimits: this.host.guestLimits,
      }),
      consoles: this.host.consoles,
      consoleLogs: this.host.consoleLogs,
      guestTrees: this.host.guestTrees,
      upperTrees: this.host.upperTrees,
      trees: this.host.trees,
      quotas: this.host.quotas,
      neighbours: this.host.neighbours,
      trafficControl: this.host.trafficControl,
    };
    const { config, pool, run, groups } = this;
    const commands = new RecordingCommandRunner();
    const ports: VePorts = {
      ...host,
      ...{ config, pool, run, groups, registry },
      veFiles: new VeFiles({ files: host.files, pool }),
      architecture: 'x64',
      processLimits: { RLIMIT_NOFILE: 1024 },
      execRoom: new ExecRoom(host),
      templateOf: async () => template,
      haveGoldenImage: async () => undefined,
      applications: new ApplicationStore({
        files: host.files,
        templates: new TemplateStore({
          files: host.files,
          layersDir: '/pool/layers',
          ownDefinitionsDir: '/templates',
        }),
        ownDir: '/templates/applications',
      }),
      commands,
      packages: packageFetcher({ ...host, commands, cache: '/state/cache' }),
      packageSourceOf: async () => null,
      admit: async () => [],
    };
    const network = {
      ...host,
      config,
      ledger: noLedger,
      namespaceOf: (uuid: string) => run.ve(uuid).network,
      ruleset: new Ruleset({ nftables: host.nftables, config, firewall: () => openFirewall }),
      initOf: async (uuid: string) => {
        const record = await readRunRecord(host.files, run.ve(uuid).record);
        if (record === null) throw new Error('no init');
        return record.init;
      },
    };
    const handlers: StepHandlers = {
      ...veActions(ports),
      ...vzfsActions({ ...host, pool }),
      ...networkActions(network),
      ...resourceActions({
        ...host,
        blockDevices: this.host.blockDevices,
        pool,
        initOf: network.initOf,
      }),
    };
    const unfinished = this.journal.unfinished().filter(({ kind }) => kind === 've.create');
    const unreadable = await loadVes(ports, new Set(unfinished.map(({ target }) => target.id)));
    return new FakeDaemon({ ports, handlers, journal: this.journal, life, unreadable });
  }

  /** What there is of VEs beside their private areas, and those areas' names: ids of processes differ from run to run. */
  async traces(): Promise<unknown> {
    const { files, mounts, cgroups, runc, conmon, links } = this.host;
    const names = async (dir: string) => (await files.list(dir)).map(({ name }) => name);
    return {
      areas: await names(this.pool.privateAreas),
      runs: await names(this.run.ves),
      mounts: (await mounts.mountsBelow(this.run.ves)).map(({ target }) => target),
      groups: [...cgroups.groups].filter((path) => path.split('/').length > 2).sort(),
      members: [...cgroups.members.values()],
      containers: [...runc.containers.values()].map(({ id, status }) => ({ id, status })),
      exits: [...conmon.exits.keys()],
      links: [...links.present].sort(),
    };
  }
}

/** The number of a call to the host, and whether the call was done already. */
export interface Moment {
  readonly call: number;
  readonly isDone: boolean;
}

/** Whether a daemon lives. One that is dead waits for ever at every call to its host. */
class Life {
  calls = 0;
  /** Numbers of the calls after which something was journaled. */
  readonly noted = new Set<number>();
  isOver = false;
  readonly over: Promise<void>;
  readonly #end: () => void;
  readonly #moment: Moment | null;
  readonly #happens: (() => void) | undefined;

  constructor(moment: Moment | null, happens?: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#end = resolve;
    this.#moment = moment;
    this.#happens = happens;
  }

  /** The same ports, whose calls are counted. */
  around<Ports extends Readonly<Record<string, object>>>(ports: Ports): Ports {
    const mortal = (port: object) =>
      new Proxy(port, {
        get: (target, name) => {
          const method: unknown = Reflect.get(target, name, target);
          if (typeof method !== 'function') return method;
          return async (...args: readonly unknown[]) =>
            await this.#call(async () => (await Reflect.apply(method, target, args)) as unknown);
        },
      });
    return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, mortal(port)])) as Ports;
  }

  async #call(work: () => Promise<unknown>): Promise<unknown> {
    if (this.isOver) return await forever;
    this.calls += 1;
    if (this.calls !== this.#moment?.call) return await work();
    if (this.#happens !== undefined) {
      this.#happens();
      return await work();
    }
    this.isOver = true;
    if (this.#moment.isDone) await work().catch(() => undefined);
    this.#end();
    return await forever;
  }
}

const forever = new Promise<never>(() => undefined);

interface DaemonParts {
  readonly ports: VePorts;
  readonly handlers: StepHandlers;
  readonly journal: Journal;
  readonly life: Life;
  readonly unreadable: readonly Unreadable[];
}

/** One run of a daemon on a node. */
export class FakeDaemon {
  readonly ports: VePorts;
  readonly registry: VeRegistry;
  readonly engine: OperationEngine;
  readonly unreadable: readonly Unreadable[];
  readonly #life: Life;

  constructor({ ports, handlers, journal, life, unreadable }: DaemonParts) {
    this.ports = ports;
    this.registry = ports.registry;
    this.unreadable = unreadable;
    this.#life = life;
    this.engine = new OperationEngine({
      handlers,
      journal: {
        find: (id) => journal.find(id),
        list: (query) => journal.list(query),
        unfinished: () => journal.unfinished(),
        save: (record) => {
          if (life.isOver) return;
          life.noted.add(life.calls);
          journal.save(record);
        },
      },
      kinds: veKinds(ports),
      changed: () => undefined,
      codeError: asCodedError,
    });
  }

  /**
   * Every moment after the first calls that makes a difference: before each call, and after each that something was journaled
   * after. Between other calls nothing happens that anybody could find later.
   */
  momentsAfter(first: number): readonly Moment[] {
    const { calls, noted } = this.#life;
    const numbers = Array.from({ length: calls - first }, (_, index) => first + 1 + index);
    return numbers.flatMap((call) => [
      { call, isDone: false },
      ...(noted.has(call) ? [{ call, isDone: true }] : []),
    ]);
  }

  /** Calls to the host so far. */
  get calls(): number {
    return this.#life.calls;
  }

  /** Settles when the daemon has died. */
  get death(): Promise<void> {
    return this.#life.over;
  }

  /** Does an operation on a VE to its end. */
  async perform(kind: string, input: unknown = null, spec: VeSpec = fakeSpec()): Promise<OperationRecord> {
    return await this.engine.finished((await this.begin(kind, input, spec)).id);
  }

  async begin(kind: string, input: unknown = null, spec: VeSpec = fakeSpec()): Promise<OperationRecord> {
    const target: OperationTarget = { kind: 've', id: spec.uuid, name: spec.name };
    return await this.engine.submit({ kind, target, input, locks: [veLock(spec.uuid)], ifBusy: 'fail' });
  }

  /** As the call does it: the VE is known from the moment its creation is accepted. */
  async create({ start = false, spec = fakeSpec() } = {}): Promise<OperationRecord> {
    this.registry.add(spec);
    return await this.perform('ve.create', { spec, start }, spec);
  }

  /** Takes up what an earlier daemon left; settles when all of it has ended. */
  async recover(): Promise<readonly OperationRecord[]> {
    return await Promise.all(this.engine.recover().map(async ({ id }) => await this.engine.finished(id)));
  }
}
