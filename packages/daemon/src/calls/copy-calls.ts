import { randomUUID } from 'node:crypto';
import type { OperationTarget, VeClone } from '@insula/contract';
import { chooseAddresses, refuseUnattachable } from '@insula/network';
import {
  type CloneInput,
  clonedSpec,
  nextCtid,
  nextIdBase,
  type ReinstallInput,
  type SnapshotInput,
  veLock,
} from '@insula/ve';
import { chooseLayout, diffSnapshot, findSnapshot, viewSnapshots } from '@insula/vzfs';
import type { Change, Changes, Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { countSnapshots } from './count-snapshots.ts';

/** What answers about snapshots. */
export function snapshotReads(node: Node): Pick<Reads, 'snapshot.list' | 'snapshot.diff'> {
  const { registry, ports, host } = node;
  return {
    'snapshot.list': async ({ params }) => [
      ...(await viewSnapshots(ports, registry.find(params.ve).spec.uuid)),
    ],
    'snapshot.diff': async ({ params, signal }) => {
      const { spec } = registry.find(params.ve);
      const snapshot = await findSnapshot(ports, spec, params.snapshot);
      return [...(await diffSnapshot({ ...ports, ...host }, spec, snapshot, { signal }))];
    },
  };
}

type CopyChanges = Pick<
  Changes,
  'snapshot.create' | 'snapshot.restore' | 'snapshot.delete' | 've.clone' | 've.reinstall' | 've.move'
>;

/** The calls that copy the files of VEs, as requests to the engine. */
export function copyChanges(node: Node): CopyChanges {
  const { registry } = node;
  const change = (kind: string, reference: string, input: unknown): Change => {
    const { spec } = registry.find(reference);
    const target: OperationTarget = { kind: 've', id: spec.uuid, name: spec.name };
    return { request: { kind, target, input, locks: [veLock(spec.uuid)], preempts: ['ve.optimize'] } };
  };

  return {
    'snapshot.create': async ({ params, body }) => {
      const createdAt = new Date().toISOString();
      const name = body?.name ?? nameOfTime(createdAt);
      const input: SnapshotInput = { name, description: body?.description ?? '', createdAt };
      const count = await countSnapshots(node, registry.find(params.ve).spec.uuid);
      return () => ({ ...change('snapshot.create', params.ve, input), snapshots: count() + 1 });
    },
    'snapshot.restore': ({ params }) => change('snapshot.restore', params.ve, { name: params.snapshot }),
    'snapshot.delete': ({ params }) => change('snapshot.delete', params.ve, { name: params.snapshot }),
    've.reinstall': async ({ params, body }) => {
      const wanted = body?.template ?? registry.find(params.ve).spec.template.name;
      const { name, version } = await node.templates.resolve(wanted);
      const input: ReinstallInput = {
        template: { name, version },
        dropOld: body?.dropOld ?? false,
        credentials: body?.credentials ?? true,
      };
      return change('ve.reinstall', params.ve, input);
    },
    've.move': async ({ params, body }) => {
      await chooseLayout(node.host, node.ports.pool.root, body.layout);
      return change('ve.move', params.ve, body);
    },
    've.clone': async ({ params, body }) => await cloning(node, params.ve, body ?? {}),
  };
}

/** 2026-11-22T01:02:03.456Z as 20261122-010203. */
export const nameOfTime = (iso: string): string => iso.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');

/** As for a creation, everything about the new VE is decided at once. */
async function cloning(node: Node, reference: string, wanted: VeClone): Promise<() => Change> {
  const { registry, config, pools, ports } = node;
  const origin = registry.find(reference).spec;
  const snapshot = wanted.snapshot === undefined ? null : await findSnapshot(ports, origin, wanted.snapshot);
  return () => {
    const uuid = randomUUID();
    const ctid = wanted.ctid ?? nextCtid(registry.ctids());
    const spec = clonedSpec(origin, wanted, {
      uuid,
      ctid,
      name: wanted.name ?? `ve${ctid}`,
      idBase: nextIdBase(config.idRange, registry.idBases()),
      addresses: chooseAddresses(pools, wanted.addresses, registry.addresses()),
      template: snapshot?.template ?? origin.template,
      createdAt: new Date().toISOString(),
      layout: snapshot?.layout ?? origin.layout,
      layers: snapshot?.layers ?? origin.layers,
    });
    registry.refuseConflicts(spec);
    refuseUnattachable(config, spec.interfaces);
    const input: CloneInput = {
      spec,
      from: origin.uuid,
      snapshot: snapshot?.name ?? null,
      start: wanted.start === true,
    };
    const target = { kind: 've', id: uuid, name: spec.name } as const;
    return {
      request: {
        kind: 've.clone',
        target,
        input,
        locks: [veLock(uuid), veLock(origin.uuid)],
        preempts: ['ve.optimize'],
      },
      reserve: () => registry.add(spec),
      release: () => registry.remove(uuid),
    };
  };
}
