import { randomUUID } from 'node:crypto';
import {
  asCodedError,
  fault,
  type OperationTarget,
  type VeArchiveHead,
  type VeImport,
  type VeSpec,
} from '@insula/contract';
import { arrivingSnapshots, type ExportInput, type ImportInput, readArchiveHead } from '@insula/migration';
import { chooseAddresses } from '@insula/network';
import { importedSpec, nextCtid, nextIdBase, readSpec, veLock } from '@insula/ve';
import { chooseLayout } from '@insula/vzfs';
import type { Change, Changes } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** The calls that write VEs to files and make VEs of them, as requests to the engine. */
export function archiveChanges(node: Node): Pick<Changes, 've.export' | 've.import'> {
  return {
    've.export': ({ params, body }) => {
      const { spec } = node.registry.find(params.ve);
      const target: OperationTarget = { kind: 've', id: spec.uuid, name: spec.name };
      const { withoutTemplate = false, snapshots = false } = body;
      const input: ExportInput = { ...body, withoutTemplate, snapshots };
      return { request: { kind: 've.export', target, input, locks: [veLock(spec.uuid)] } };
    },
    've.import': async ({ body, signal }) => await importing(node, body, signal),
  };
}

/** As for a creation, everything about the new VE is decided at once: on the merged whole, by what this node allows. */
async function importing(node: Node, wanted: VeImport, signal: AbortSignal): Promise<() => Change> {
  const { registry, config, pools, ports, host } = node;
  const head = await readArchiveHead(host, wanted.path, { signal });
  const written = specIn(head, wanted.path);
  const layout = await layoutFor(node, wanted.layout, written.layout);
  const templates = await localTemplates(node, head);
  const here = (reference: { readonly name: string; readonly version: string }) => {
    const found = templates.get(`${reference.name}@${reference.version}`);
    if (found !== undefined) return found.here;
    const problem = `it does not say what ${reference.name}@${reference.version} is`;
    throw fault('archive_refused', { archive: wanted.path, problem });
  };
  const anew = wanted.anew === true;
  const isThere = await host.files.exists(ports.pool.privateArea(written.uuid).dir);
  return () => {
    const uuid = anew ? randomUUID() : written.uuid;
    const owner = registry.get(uuid);
    if (owner !== undefined || (isThere && !anew))
      throw fault('uuid_taken', { uuid, ve: owner?.spec.name ?? 'one that cannot be read' });
    const ctids = registry.ctids();
    const spec = importedSpec(written, wanted, {
      uuid,
      ctid: wanted.ctid ?? (anew || ctids.has(written.ctid) ? nextCtid(ctids) : written.ctid),
      name: wanted.name ?? (anew ? `ve${nextCtid(ctids)}` : written.name),
      idBase: nextIdBase(config.idRange, registry.idBases()),
      addresses: chooseAddresses(
        pools,
        wanted.addresses ?? (anew ? undefined : written.addresses),
        registry.addresses(),
      ),
      template: here(written.template),
      createdAt: anew ? new Date().toISOString() : written.createdAt,
      layout,
    });
    registry.refuseConflicts(spec);
    const input: ImportInput = {
      spec,
      path: wanted.path,
      anew,
      start: wanted.start === true,
      templates: [...templates.values()].flatMap(({ arriving }) => arriving ?? []),
      snapshots: arrivingSnapshots(head.snapshots, { layout, here }),
    };
    const target = { kind: 've', id: uuid, name: spec.name } as const;
    return {
      request: { kind: 've.import', target, input, locks: [veLock(uuid)] },
      reserve: () => registry.add(spec),
      release: () => registry.remove(uuid),
    };
  };
}

/** @throws CodedError archive_refused */
function specIn({ spec }: VeArchiveHead, archive: string): VeSpec {
  try {
    return readSpec(spec);
  } catch (error) {
    const problem = `its spec: ${asCodedError(error).message}`;
    throw fault('archive_refused', { archive, problem }, { cause: error });
  }
}

/** The layout that was asked for; else the one it had, where this pool can, else the best that it can: what travels are files. */
async function layoutFor(
  { host, config }: Node,
  wanted: VeSpec['layout'] | undefined,
  written: VeSpec['layout'],
): Promise<VeSpec['layout']> {
  if (wanted !== undefined) return await chooseLayout(host, config.pool, wanted);
  return await chooseLayout(host, config.pool, written).catch(
    async () => await chooseLayout(host, config.pool, 'auto'),
  );
}

interface LocalTemplate {
  /** What it is called here. */
  readonly here: { readonly name: string; readonly version: string };
  /** It is still to be taken out of the archive. */
  readonly arriving?: ImportInput['templates'][number];
}

/**
 * The templates that an archive stands on, by what it calls them: layers are the same that have the same identity, whatever their names.
 * @throws CodedError template_not_found, template_exists
 */
async function localTemplates(
  { templates }: Node,
  head: VeArchiveHead,
): Promise<ReadonlyMap<string, LocalTemplate>> {
  const { layers } = await templates.layers();
  const found = new Map<string, LocalTemplate>();
  for (const { name, version, digest, included } of head.templates) {
    const reference = `${name}@${version}`;
    const namesake = layers.find((layer) => layer.name === name && layer.version === version);
    const same = namesake?.digest === digest ? namesake : layers.find((layer) => layer.digest === digest);
    if (same !== undefined) found.set(reference, { here: { name: same.name, version: same.version } });
    else if (!included) throw fault('template_not_found', { template: reference });
    else if (namesake !== undefined) throw fault('template_exists', { template: reference });
    else found.set(reference, { here: { name, version }, arriving: { name, version, digest } });
  }
  return found;
}
