import { checkCheckpoint, findCheckpoint, type KeepInput } from '@insula/checkpoint';
import type { OperationTarget } from '@insula/contract';
import { veLock } from '@insula/ve';
import { viewSnapshots } from '@insula/vzfs';
import type { Change, Changes, Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { nameOfTime } from './copy-calls.ts';
import { countSnapshots } from './count-snapshots.ts';

/** What answers about saved processes. */
export function checkpointReads({
  registry,
  ports,
}: Node): Pick<Reads, 've.checkpoint.check' | 'checkpoint.list'> {
  return {
    've.checkpoint.check': async ({ params }) => await checkCheckpoint(ports, registry.find(params.ve)),
    'checkpoint.list': async ({ params }) =>
      (await viewSnapshots(ports, registry.find(params.ve).spec.uuid)).filter(({ processes }) => processes),
  };
}

type CheckpointChanges = Pick<Changes, 'checkpoint.create' | 'checkpoint.restore' | 'checkpoint.delete'>;

/** The calls that keep checkpoints and go back to them, as requests to the engine. */
export function checkpointChanges(node: Node): CheckpointChanges {
  const { registry, ports } = node;
  const change = (kind: string, reference: string, input: unknown): Change => {
    const { spec } = registry.find(reference);
    const target: OperationTarget = { kind: 've', id: spec.uuid, name: spec.name };
    return { request: { kind, target, input, locks: [veLock(spec.uuid)] } };
  };
  return {
    'checkpoint.create': async ({ params, body }) => {
      const createdAt = new Date().toISOString();
      const name = body?.name ?? nameOfTime(createdAt);
      const { description = '', keepRunning = false } = body ?? {};
      const input: KeepInput = { name, description, createdAt, keepRunning };
      const count = await countSnapshots(node, registry.find(params.ve).spec.uuid);
      return () => ({ ...change('checkpoint.create', params.ve, input), snapshots: count() + 1 });
    },
    'checkpoint.restore': ({ params, query }) =>
      change('checkpoint.restore', params.ve, { name: params.checkpoint, force: query.force === true }),
    'checkpoint.delete': async ({ params }) => {
      await findCheckpoint(ports, registry.find(params.ve).spec, params.checkpoint);
      return () => change('snapshot.delete', params.ve, { name: params.checkpoint });
    },
  };
}
