import {
  fault,
  type OperationTarget,
  type Snapshot,
  type VeArchiveHead,
  type VeSpec,
} from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { allowed, detailOf, withTimeLimit } from '@insula/ve';
import { listSnapshots } from '@insula/vzfs';
import type { MigrationPorts } from '../ports.ts';
import { type ImportInput, planExport, planImport } from './archive-plans.ts';

/** Input of `ve.export` as it is journaled. */
export interface ExportInput {
  readonly path: string;
  readonly withoutTemplate: boolean;
  readonly snapshots: boolean;
  /** Seconds. */
  readonly timeLimit?: number;
}

/** The kinds of operation that write VEs to files and make VEs of them. */
export function archiveKinds(ports: MigrationPorts): Readonly<Record<string, OperationKind>> {
  const { registry, pool, run } = ports;
  const entryOf = (target: OperationTarget) => registry.entryOf(target);

  return {
    've.export': {
      async plan(input, target) {
        const { path, withoutTemplate, snapshots: withSnapshots, timeLimit } = input as ExportInput;
        const { spec, runtime } = allowed('ve.export', entryOf(target));
        const snapshots = withSnapshots ? await listSnapshots(ports, spec.uuid) : [];
        const templates = await templatesOf(spec, snapshots, !withoutTemplate);
        const isUp = runtime.init !== null;
        const plan = planExport({
          ve: { uuid: spec.uuid, layout: spec.layout, running: isUp && !runtime.paused },
          isUp,
          archive: { spec, path, templates, snapshots },
        });
        return withTimeLimit(plan, spec, 'backuptime', timeLimit);
      },
    },
    've.import': {
      async plan(input) {
        const { spec, start } = input as ImportInput;
        await ports.admit(spec, { runs: start, force: false });
        return planImport(input as ImportInput, ports);
      },
      result: (target) => detailOf(entryOf(target), undefined, pool.privateArea(target.id).dir),
      async ended(record) {
        const { id } = record.target;
        if (record.state !== 'succeeded') return registry.remove(id);
        registry.note(id, { mounted: await ports.mounts.isMounted(run.ve(id).root) });
      },
    },
  };

  async function templatesOf(
    { template }: VeSpec,
    snapshots: readonly Snapshot[],
    included: boolean,
  ): Promise<VeArchiveHead['templates']> {
    const wanted = new Map(
      [template, ...snapshots.map((snapshot) => snapshot.template)].map((reference) => [
        `${reference.name}@${reference.version}`,
        reference,
      ]),
    );
    return await Promise.all(
      [...wanted.values()].map(async ({ name, version }) => {
        const { digest } = await ports.templateOf({ name, version });
        if (digest !== undefined && digest !== null) return { name, version, digest, included };
        throw fault('host_lacks', {
          feature: 'data-only layers of overlayfs',
          consequence: `the template ${name}@${version} is a plain tree here, which has no identity for other nodes`,
          remedy: 'use Linux 6.5 or newer, and build the template anew',
        });
      }),
    );
  }
}
