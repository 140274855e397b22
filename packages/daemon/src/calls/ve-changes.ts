import { randomBytes, randomUUID } from 'node:crypto';
import { fault, type OperationTarget, type VeCreate } from '@insula/contract';
import { chooseAddresses, randomMac } from '@insula/network';
import {
  type CreateInput,
  type InterfaceAddInput,
  type InterfaceRemoveInput,
  type InterfaceSetInput,
  newSpec,
  nextCtid,
  nextIdBase,
  type SetInput,
  veLock,
} from '@insula/ve';
import { chooseLayout } from '@insula/vzfs';
import type { Change, Changes } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { changeToSample } from './sample-calls.ts';
import { foundationOf } from './ve-foundation.ts';

type VeChanges = Pick<
  Changes,
  Exclude<
    Extract<keyof Changes, `ve.${string}`>,
    've.clone' | 've.reinstall' | 've.move' | 've.export' | 've.import'
  >
>;

/** Bytes that must be free in the pool before a VE is created: its first files, and room to start at all. */
const minimumFree = 67_108_864;

/** The calls that change VEs, as requests to the engine. */
export function veChanges(node: Node): VeChanges {
  const { registry } = node;
  const target = (reference: string): OperationTarget => {
    const { spec } = registry.find(reference);
    return { kind: 've', id: spec.uuid, name: spec.name };
  };
  const change = (kind: string, reference: string, input: unknown, preempts = givesWay): Change => {
    const ve = target(reference);
    return { request: { kind, target: ve, input, locks: [veLock(ve.id)], preempts } };
  };
  // what the node does by itself is in nobody's way
  const givesWay = ['ve.optimize'];
  const underWay = ['ve.stop', 've.restart', 've.start', ...givesWay];

  return {
    've.create': async ({ body, query }) => await creation(node, body, query.force === true),
    've.set': ({ params, query: { force = false, runtime = false }, body }) =>
      change('ve.set', params.ve, { ...body, force, runtime } satisfies SetInput),
    've.sample.apply': async ({ params, query, body }) => {
      const { spec } = registry.find(params.ve);
      const parameters = changeToSample(spec.parameters, await node.samples.find(body.sample));
      return change('ve.set', params.ve, { parameters, force: query.force === true } satisfies SetInput);
    },
    've.rename': ({ params, body }) => change('ve.rename', params.ve, body),
    've.destroy': ({ params, query }) =>
      change(
        've.destroy',
        params.ve,
        { force: query.force === true },
        query.force === true ? underWay : givesWay,
      ),
    've.address.add': ({ params, body }) => change('ve.address.add', params.ve, body),
    've.address.remove': ({ params, body }) => change('ve.address.remove', params.ve, body),
    've.netif.add': ({ params, body }) => {
      const input: InterfaceAddInput = { ...body, mac: body.mac ?? randomMac(randomBytes(6)) };
      return change('ve.netif.add', params.ve, input);
    },
    've.netif.set': ({ params, body }) => {
      const input: InterfaceSetInput = { interface: params.interface, change: body };
      return change('ve.netif.set', params.ve, input);
    },
    've.netif.remove': ({ params }) => {
      const input: InterfaceRemoveInput = { interface: params.interface };
      return change('ve.netif.remove', params.ve, input);
    },
    've.start': ({ params, query }) => change('ve.start', params.ve, { force: query.force === true }),
    've.stop': ({ params, body }) => change('ve.stop', params.ve, body ?? null),
    've.restart': ({ params, body }) => change('ve.restart', params.ve, body ?? null),
    've.kill': ({ params }) => change('ve.kill', params.ve, null, underWay),
    've.pause': ({ params }) => change('ve.pause', params.ve, null),
    've.suspend': ({ params, body }) => change('ve.suspend', params.ve, body ?? null),
    've.renew': ({ params }) => change('ve.renew', params.ve, null),
    've.migrate': ({ params, body }) => change('ve.migrate', params.ve, body),
    've.resume': ({ params, query }) => change('ve.resume', params.ve, { force: query.force === true }),
    've.mount': ({ params }) => change('ve.mount', params.ve, null),
    've.unmount': ({ params }) => change('ve.unmount', params.ve, null),
  };
}

/** Everything about a new VE is decided at once: no other creation chooses the same ids in between. */
async function creation(node: Node, wanted: VeCreate, force: boolean): Promise<() => Change> {
  const { registry, config, pools } = node;
  const { pool } = node.ports;
  const { availableBytes } = await node.host.files.fileSystem(pool.root);
  if (availableBytes < minimumFree) {
    throw fault('no_space', { path: pool.root, free: availableBytes, needed: minimumFree });
  }
  const layout = await chooseLayout(node.host, pool.root, wanted.layout ?? config.layout);
  const foundation = await foundationOf(node, await withSample(node, wanted));
  return () => {
    const uuid = randomUUID();
    const createdAt = new Date().toISOString();
    const ctid = wanted.ctid ?? nextCtid(registry.ctids());
    const spec = newSpec(foundation.wanted, {
      uuid,
      ctid,
      name: wanted.name ?? `ve${ctid}`,
      idBase: nextIdBase(config.idRange, registry.idBases()),
      addresses: chooseAddresses(pools, wanted.addresses, registry.addresses()),
      template: foundation.template,
      createdAt,
      layout,
      ...(foundation.applications.length === 0
        ? {}
        : { applications: foundation.applications.map((row) => ({ ...row, addedAt: createdAt })) }),
    });
    registry.refuseConflicts(spec);
    const { golden } = foundation;
    const input: CreateInput = { spec, start: wanted.start === true, force, ...(golden && { golden }) };
    const target = { kind: 've', id: uuid, name: spec.name } as const;
    return {
      request: { kind: 've.create', target, input, locks: [veLock(uuid)] },
      reserve: () => registry.add(spec),
      release: () => registry.remove(uuid),
    };
  };
}

/** What is wanted on top of a sample: parameters that are given stand over those of the sample. */
async function withSample({ samples }: Node, wanted: VeCreate): Promise<VeCreate> {
  if (wanted.sample === undefined) return wanted;
  const { parameters } = await samples.find(wanted.sample);
  return { ...wanted, parameters: { ...parameters, ...wanted.parameters } };
}
