import { release } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CheckpointPorts,
  checkpointActions,
  checkpointKinds,
  holdSuspended,
  keptKinds,
  releasingLeftHolds,
  renewKinds,
} from '@insula/checkpoint';
import { fault, type NodeConfig } from '@insula/contract';
import type { Host } from '@insula/host';
import {
  archiveActions,
  archiveKinds,
  evacuationActions,
  evacuationKinds,
  migrationKinds,
  sourceActions,
  targetActions,
} from '@insula/migration';
import {
  type AddressPool,
  isConnected,
  type NetworkKeeper,
  networkActions,
  parsePools,
  prepareNode as prepareNetwork,
  Ruleset,
  TrafficLedger,
} from '@insula/network';
import { OperationEngine } from '@insula/operations';
import { Admission, resourceActions } from '@insula/resources';
import {
  ApplicationStore,
  packageFetcher,
  TemplateStore,
  templateActions,
  templateKinds,
} from '@insula/templates';
import {
  asItRuns,
  cgroupLayout,
  copyKinds,
  ExecRoom,
  endAbandonedExecs,
  linkOf,
  loadVes,
  OptimizeOnStop,
  optimizeKinds,
  readRunRecord,
  runLayout,
  type Unreadable,
  VeFiles,
  VeRegistry,
  VeSupervisor,
  veActions,
  veKinds,
  veLock,
} from '@insula/ve';
import {
  layerContents,
  poolLayout,
  removeDoomedAreas,
  storeActions,
  storeKinds,
  vzfsActions,
} from '@insula/vzfs';
import type { Logger } from 'pino';
import { type Access, openAccess } from './access/access.ts';
import { autostart } from './autostart.ts';
import { findOperation } from './calls/find-operation.ts';
import { codeError } from './code-error.ts';
import { withOwnApiPorts } from './config.ts';
import { evacuationPorts } from './evacuation-ports.ts';
import { EventHub } from './events/event-hub.ts';
import { OperationEvents } from './events/operation-events.ts';
import { VeEvents } from './events/ve-events.ts';
import { faultsFrom } from './fault-injection.ts';
import { GoldenImages } from './golden-images.ts';
import { joinHandlers } from './join-handlers.ts';
import { startKeepers } from './keepers.ts';
import { kernelAtLeast } from './kernel-release.ts';
import { claimArrivals, Link } from './link/link.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { noteAutostarted, prepareNode } from './prepare-node.ts';
import { raiseProcessLimits } from './process-limits.ts';
import { auditSchema } from './store/audit-store.ts';
import { openDatabase } from './store/database.ts';
import { FirewallStore } from './store/firewall-store.ts';
import { SampleStore } from './store/sample-store.ts';
import { SqliteJournal } from './store/sqlite-journal.ts';
import { templateUses } from './template-uses.ts';
import { CertificateAuthority } from './tls/certificate-authority.ts';
import { unfinishedCreations } from './unfinished-creations.ts';

/** Everything that calls are answered from. */
export interface Node {
  readonly config: NodeConfig;
  readonly host: Host;
  readonly ports: CheckpointPorts;
  readonly registry: VeRegistry;
  readonly link: Link;
  readonly templates: TemplateStore;
  readonly applications: ApplicationStore;
  readonly contents: ReturnType<typeof layerContents>;
  readonly pools: readonly AddressPool[];
  readonly firewall: FirewallStore;
  readonly samples: SampleStore;
  readonly ledger: TrafficLedger;
  readonly keeper: NetworkKeeper;
  readonly engine: OperationEngine;
  readonly journal: SqliteJournal;
  readonly hub: EventHub;
  readonly monitoring: Monitoring;
  readonly access: Access;
  readonly authority: CertificateAuthority;
  readonly startedAt: string;
  /** Private areas that could not be taken in. */
  readonly unreadable: readonly Unreadable[];
  holderOf(uuid: string): { readonly id: string; readonly kind: string } | undefined;
  stop(): Promise<void>;
}

/** Milliseconds that running operations get when the daemon is asked to end; the next daemon takes up the rest. */
const patience = 5_000;

/** Joins ports, capabilities and engine into a node, brings its view up to date with disk and kernel, and starts looking after it. */
export async function startNode(given: NodeConfig, host: Host, log: Logger): Promise<Node> {
  const config = withOwnApiPorts(given);
  const pool = poolLayout(config.pool);
  const run = runLayout(config.runDir);
  const groups = cgroupLayout(config.cgroupParent);
  const { autostartDue } = await prepareNode(host, config, { pool, run });

  const registry = new VeRegistry();
  const veFiles = new VeFiles({ files: host.files, pool });
  const pools = parsePools(config.network);
  const templates = new TemplateStore({
    files: host.files,
    layersDir: pool.layers,
    ownDefinitionsDir: config.templatesDir,
  });
  const firewall = new FirewallStore({
    files: host.files,
    path: `${config.stateDir}/firewall.json`,
    apply: async (_firewall, gone) => await ruleset.make({ gone }),
  });
  const samples = new SampleStore({ files: host.files, dir: `${config.stateDir}/samples` });
  const ruleset = new Ruleset({
    ...host,
    config,
    firewall: () => firewall.current,
    beforeReplacement: async () => await ledger.keep(),
  });
  const bootId = await host.files.readText('/proc/sys/kernel/random/boot_id');
  const ledger = new TrafficLedger({
    ...host,
    config,
    bootId,
    bookOf: (uuid) => pool.privateArea(uuid).traffic,
    ves: () => registry.list().map(({ spec }) => spec),
  });
  const networkPorts = {
    ...host,
    config,
    ruleset,
    ledger,
    namespaceOf: (uuid: string) => run.ve(uuid).network,
    /** Init of a VE, also before it is started. */
    async initOf(uuid: string) {
      const record = await readRunRecord(host.files, run.ve(uuid).record);
      if (record === null) throw fault('internal', { problem: `VE ${uuid} has no init` });
      return record.init;
    },
  };
  const cache = `${config.stateDir}/cache`;
  const applications = new ApplicationStore({
    files: host.files,
    templates,
    ownDir: `${config.templatesDir}/applications`,
  });
  const admission = new Admission({
    ...{ ...host, pool, config },
    running: () =>
      registry
        .list()
        .flatMap(({ spec, runtime }) => (runtime.init === null ? [] : [asItRuns({ spec, runtime })])),
  });
  const goldenImages = new GoldenImages(() => engine);
  const ports: CheckpointPorts = {
    ...host,
    sleep: async (milliseconds) => await delay(milliseconds),
    config,
    pool,
    run,
    groups,
    registry,
    veFiles,
    architecture: process.arch,
    processLimits: await raiseProcessLimits(host),
    execRoom: new ExecRoom(host),
    templateOf: async (reference) => await templates.version(reference),
    haveGoldenImage: goldenImages.have,
    applications,
    packages: packageFetcher({ ...host, cache }),
    admit: async (spec, admittance) => await admission.check(spec, admittance),
    packageSourceOf: async (reference) => await templates.packageSource(reference),
  };

  const link = new Link({ config, host, log, checkpoint: { ...ports, ...host }, engine: () => engine });

  const hub = new EventHub();
  const holderOf = (uuid: string) => engine.holderOf(veLock(uuid));
  const operationEvents = new OperationEvents(hub);
  const veEvents = new VeEvents(hub, holderOf);
  const database = openDatabase(`${config.stateDir}/insula.db`, {
    onDamaged: (aside, problem) =>
      log.error({ aside, problem }, 'the database is damaged: the record of operations begins anew'),
  });
  const monitoring = new Monitoring({
    config,
    host,
    registry,
    groups,
    pool,
    hub,
    ledger,
    bootId,
    database,
    log,
  });
  const journal = new SqliteJournal(database);
  const auditDatabase = openDatabase(`${config.stateDir}/audit.db`, {
    schema: auditSchema,
    onDamaged: (aside, problem) => log.error({ aside, problem }, 'the audit log is damaged: it begins anew'),
  });
  const access = openAccess({
    database,
    auditDatabase,
    config,
    log,
    registry,
    host,
    pool,
    operation: (id) => findOperation({ engine, journal }, id),
  });
  const contents = layerContents({ ...host, pool, dataLayers: kernelAtLeast(release(), 6, 5) });
  const evacuation = evacuationPorts(ports, () => engine);
  const ve = veActions(ports);
  const handlers = joinHandlers([
    {
      ...ve,
      'delete-container': monitoring.accounts.settledBefore(ve['delete-container']),
      'remove-cgroups': monitoring.accounts.settledBefore(ve['remove-cgroups']),
    },
    checkpointActions(ports),
    sourceActions(link.ports),
    targetActions(link.ports, link.arrivals),
    evacuationActions(evacuation),
    archiveActions(link.ports),
    vzfsActions({ ...host, pool }),
    storeActions({ ...host, pool, plansUnderWay: () => journal.plansUnderWay() }),
    networkActions(networkPorts),
    resourceActions({ ...host, pool, initOf: async (uuid) => await networkPorts.initOf(uuid) }),
    templateActions({ ...host, pool, contents, cache, architecture: process.arch }),
  ]);
  const injectFault = faultsFrom(process.env['INSULA_FAULT']);
  const underlying = { ...veKinds(ports), ...copyKinds(ports) };
  const engine = new OperationEngine({
    journal,
    handlers,
    kinds: releasingLeftHolds(ports, {
      ...underlying,
      ...optimizeKinds(ports),
      ...checkpointKinds(ports, underlying),
      ...keptKinds(ports, underlying),
      ...renewKinds(ports, underlying),
      ...templateKinds({ templates, applications, ...templateUses({ host, pool, registry }) }),
      ...migrationKinds(link.ports),
      ...evacuationKinds(evacuation),
      ...archiveKinds(link.ports),
      ...storeKinds(),
    }),
    codeError,
    changed(record) {
      operationEvents.changed(record);
      goldenImages.changed(record);
      if (record.target.kind !== 've') return;
      registry.touch(record.target.id);
      if (record.endedAt === null) return;
      supervisor.operationEnded(record);
      optimizing.operationEnded(record);
    },
    ...(injectFault === undefined ? {} : { injectFault }),
  });
  const optimizing = new OptimizeOnStop({
    registry,
    submit: async (request) => await engine.submit(request),
    log: (line, details) => log.warn(details, line),
  });
  const supervisor = new VeSupervisor({
    ...host,
    registry,
    run,
    groups,
    submit: async (request) => await engine.submit(request),
    isHeld: (uuid) => holderOf(uuid) !== undefined,
    log: (line, details) => log.info(details, line),
  });

  await firewall.load();
  const unreadable = await loadVes(ports, unfinishedCreations(journal));
  claimArrivals(journal, registry);
  for (const { path, problem } of unreadable) log.error({ path, problem }, 'a private area cannot be read');
  const abandoned = await endAbandonedExecs(ports, registry.list());
  if (abandoned > 0) log.warn({ commands: abandoned }, 'what an earlier daemon ran in VEs was ended');
  registry.onChange((change) => veEvents.changed(change));
  // a binding that outlived its VE would let the next one with that CTID send from an address that is not its own
  const specs = registry.list().map(({ spec }) => linkOf(spec));
  const isUp = await Promise.all(specs.map(async ({ ctid }) => await isConnected({ ...host, config }, ctid)));
  await prepareNetwork(
    networkPorts,
    specs.filter((_spec, index) => isUp[index]),
  );
  await holdSuspended(ports);
  const recovered = engine.recover();
  for (const { id, kind, target } of recovered)
    log.warn({ id, kind, target: target.name }, 'taking up an interrupted operation');
  removeDoomedAreas({ ...host, pool }).catch((error: unknown) => {
    log.error({ problem: codeError(error).message }, 'removing what is left of destroyed VEs failed');
  });
  const keepers = await startKeepers({
    config,
    host,
    registry,
    engine,
    network: networkPorts,
    pools,
    ledger,
    groups,
    run,
    holderOf,
    log,
  });
  await supervisor.start();
  await link.open(journal);
  await monitoring.start();
  if (autostartDue) {
    autostart({ registry, engine, log, parallel: config.autostart.parallel })
      .then(async () => await noteAutostarted(host.files, run))
      .catch((error: unknown) => {
        log.warn({ problem: codeError(error).message }, 'the autostart is left to the next daemon');
      });
  }

  return {
    config,
    host,
    ports,
    registry,
    link,
    templates,
    applications,
    contents,
    pools,
    firewall,
    samples,
    ledger,
    keeper: keepers.network,
    engine,
    journal,
    hub,
    monitoring,
    access,
    authority: new CertificateAuthority({
      ...host,
      dir: `${config.stateDir}/tls`,
      nodeName: config.name,
    }),
    startedAt: new Date().toISOString(),
    unreadable,
    holderOf,
    async stop() {
      await keepers.stop();
      link.close();
      supervisor.stop();
      await monitoring.stop();
      // What is unfinished may still be journaled until the process ends.
      if (await engine.close(patience)) {
        database.close();
        auditDatabase.close();
      }
    },
  };
}
