import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as breathe } from 'node:timers/promises';
import type { NodeConfig } from '@insula/contract';
import type { Host } from '@insula/host';
import {
  AlertWatcher,
  type DiskUse,
  HistoryKeeper,
  Outbox,
  RefusalTeller,
  Sampler,
  type Subject,
} from '@insula/monitoring';
import { hostLinkName, type TrafficLedger } from '@insula/network';
import { volumeLimits } from '@insula/resources';
import type { CgroupLayout, VeRegistry } from '@insula/ve';
import { type PoolLayout, volumeStores } from '@insula/vzfs';
import type { Logger } from 'pino';
import { codeError } from '../code-error.ts';
import type { EventHub } from '../events/event-hub.ts';
import { AlertSettingsStore } from '../store/alert-settings-store.ts';
import { AlertStore } from '../store/alert-store.ts';
import { openDatabase } from '../store/database.ts';
import { historySchema } from '../store/history-schema.ts';
import { SqliteHistory } from '../store/history-store.ts';
import { Accounts } from './accounts.ts';

export interface MonitoringPorts {
  readonly config: NodeConfig;
  readonly host: Host;
  readonly registry: VeRegistry;
  readonly groups: CgroupLayout;
  readonly pool: PoolLayout;
  readonly hub: EventHub;
  readonly ledger: TrafficLedger;
  readonly bootId: string;
  /** That of the node, which is closed by whoever opened it. */
  readonly database: DatabaseSync;
  readonly log: Logger;
}

/** Sampler and history of the node, wired to its VEs. */
export class Monitoring {
  readonly sampler: Sampler;
  readonly history: HistoryKeeper;
  readonly settings: AlertSettingsStore;
  readonly alertStore: AlertStore;
  readonly alerts: AlertWatcher;
  readonly accounts: Accounts;
  readonly #outbox: Outbox;
  readonly #refusals: RefusalTeller;
  readonly #registry: VeRegistry;
  readonly #countIo: () => Promise<void>;
  readonly #database: ReturnType<typeof openDatabase>;

  #leave: (() => void) | undefined;

  constructor({ config, host, registry, groups, pool, hub, ledger, bootId, database, log }: MonitoringPorts) {
    this.#registry = registry;
    const interval = config.monitoring.intervalSeconds * 1000;
    const volumes = volumeStores(host);
    const failed = (what: string) => (problem: unknown) =>
      log.warn({ problem: codeError(problem).message }, what);

    const diskOf = async (uuid: string): Promise<DiskUse> => {
      const spec = registry.get(uuid)?.spec;
      if (spec === undefined) return { bytes: null, inodes: null, limitBytes: null };
      const usage = await volumes[spec.layout].usage(pool.privateArea(uuid).volume);
      return { ...usage, limitBytes: volumeLimits(spec.parameters).bytes };
    };
    this.#countIo = async () =>
      await host.statistics.countIo(config.cgroupParent).catch(failed('I/O of VEs is not counted'));
    this.sampler = new Sampler({
      statistics: host.statistics,
      interval,
      subjects: () => subjectsOf(registry, groups, config),
      diskOf,
      async pool() {
        const { totalBytes, availableBytes } = await host.files.fileSystem(config.pool);
        return { total: totalBytes, available: availableBytes };
      },
      now,
      failed: failed('a sample cannot be taken'),
    });

    this.#database = openDatabase(`${config.stateDir}/history.db`, {
      schema: historySchema,
      isLarge: true,
      onDamaged: (aside, problem) => log.error({ aside, problem }, 'history is damaged: it begins anew'),
    });
    this.history = new HistoryKeeper({
      store: new SqliteHistory(this.#database),
      interval,
      breathe: async () => await breathe(),
      failed: failed('history cannot be kept'),
    });
    this.#refusals = new RefusalTeller({
      statistics: host.statistics,
      now,
      tell: (news) => hub.publish({ kind: 'refusal', ...news }),
      failed: failed('a refusal cannot be told'),
    });
    this.settings = new AlertSettingsStore(host.files, `${config.stateDir}/alerts.json`);
    this.alertStore = new AlertStore(database);
    this.#outbox = new Outbox({
      node: config.name,
      store: this.alertStore,
      mailer: host.mailer,
      webhooks: host.webhooks,
      mail: config.mail,
      receivers: () => this.settings.current.receivers,
      log: (line, details) => log.warn(details, line),
    });
    this.alerts = new AlertWatcher({
      node: config.name,
      states: this.alertStore,
      settings: () => this.settings.current,
      now,
      changed: (alert) => {
        hub.publish({ kind: 'alert', uuid: alert.uuid, name: alert.name, alert });
        this.alertStore.note(alert);
        this.#outbox.take(alert);
      },
      failed: failed('an alert cannot be told'),
    });
    this.accounts = new Accounts({
      database,
      registry,
      ledger,
      sampler: this.sampler,
      bootId,
      diskBytesOf: async (uuid) => (await diskOf(uuid)).bytes,
      failed: failed('accounts of VEs cannot be kept'),
    });
    this.sampler.listen(this.#refusals);
    this.sampler.listen(this.alerts);
    this.sampler.listen({ regular: (snapshot) => this.history.record(snapshot) });
  }

  async start(): Promise<void> {
    await this.settings.load();
    await this.#countIo();
    this.#outbox.open();
    await this.sampler.start();
    await this.accounts.start();
    this.#leave = this.#registry.onChange(({ entry }) => {
      const { uuid } = entry.spec;
      if (entry.runtime.init !== null && !this.sampler.knows(uuid)) void this.sampler.look(uuid);
    });
  }

  async stop(): Promise<void> {
    this.#leave?.();
    await this.accounts.stop();
    this.sampler.stop();
    this.#refusals.close();
    await this.#outbox.close();
    await this.history.idle();
    this.#database.close();
  }
}

const now = () => ({ at: Date.now(), elapsed: performance.now() });

/** VEs that have an init. */
function subjectsOf(registry: VeRegistry, groups: CgroupLayout, config: NodeConfig): readonly Subject[] {
  return registry.list().flatMap(({ spec, runtime }) => {
    if (runtime.init === null) return [];
    const { uuid, ctid, name } = spec;
    return [
      {
        uuid,
        ctid,
        name,
        groups: spec.groups,
        paths: { outer: groups.outer(ctid), payload: groups.payload(ctid) },
        link: hostLinkName(config, ctid),
      },
    ];
  });
}
