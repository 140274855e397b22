import { setImmediate as breathe } from 'node:timers/promises';
import type { NodeConfig } from '@insula/contract';
import type { Host } from '@insula/host';
import { HistoryKeeper, Sampler, type Subject } from '@insula/monitoring';
import { hostLinkName } from '@insula/network';
import { volumeLimits } from '@insula/resources';
import type { CgroupLayout, VeRegistry } from '@insula/ve';
import { type PoolLayout, volumeStores } from '@insula/vzfs';
import type { Logger } from 'pino';
import { codeError } from '../code-error.ts';
import { openDatabase } from '../store/database.ts';
import { historySchema } from '../store/history-schema.ts';
import { SqliteHistory } from '../store/history-store.ts';

export interface MonitoringPorts {
  readonly config: NodeConfig;
  readonly host: Host;
  readonly registry: VeRegistry;
  readonly groups: CgroupLayout;
  readonly pool: PoolLayout;
  readonly log: Logger;
}

/** Sampler and history of the node, wired to its VEs. */
export class Monitoring {
  readonly sampler: Sampler;
  readonly history: HistoryKeeper;
  readonly #database: ReturnType<typeof openDatabase>;

  constructor({ config, host, registry, groups, pool, log }: MonitoringPorts) {
    const interval = config.monitoring.intervalSeconds * 1000;
    const volumes = volumeStores(host);
    const failed = (what: string) => (problem: unknown) =>
      log.warn({ problem: codeError(problem).message }, what);

    this.sampler = new Sampler({
      statistics: host.statistics,
      interval,
      subjects: () => subjectsOf(registry, groups, config),
      async diskOf(uuid) {
        const spec = registry.get(uuid)?.spec;
        if (spec === undefined) return { bytes: null, inodes: null, limitBytes: null };
        const usage = await volumes[spec.layout].usage(pool.privateArea(uuid).volume);
        return { ...usage, limitBytes: volumeLimits(spec.parameters).bytes };
      },
      async pool() {
        const { totalBytes, availableBytes } = await host.files.fileSystem(config.pool);
        return { total: totalBytes, available: availableBytes };
      },
      now: () => ({ at: Date.now(), elapsed: performance.now() }),
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
    this.sampler.listen({ regular: (snapshot) => this.history.record(snapshot) });
  }

  async start(): Promise<void> {
    await this.sampler.start();
  }

  async stop(): Promise<void> {
    this.sampler.stop();
    await this.history.idle();
    this.#database.close();
  }
}

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
