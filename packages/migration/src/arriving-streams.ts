import type { Readable } from 'node:stream';
import { checkpointPaths, fromDumpTo, fromRoundTo, makeRestoredDir, makeRoundDir } from '@insula/checkpoint';
import { fault } from '@insula/contract';
import { expectOwnLayer, hasOwnLayer, takeOwnLayer } from '@insula/vzfs';
import type { ArrivalSession } from './arrivals.ts';
import { arrivalStaging, memoryCopy } from './marks.ts';
import type { MigrationPorts } from './ports.ts';
import type { PeerStream } from './protocol.ts';

interface ArrivingStream {
  readonly kind: PeerStream;
  /** Of the migration. */
  readonly id: string;
  /** As in PeerLink. */
  readonly name: string | undefined;
  readonly stream: Readable;
}

/** Milliseconds that one stream may take. */
const longestStream = 86_400_000;

/** What comes in of a VE, and where it goes. */
export function arrivingStreams(
  ports: MigrationPorts & { receiveTemplate(stream: Readable, template: string): Promise<void> },
) {
  const { checkpointImages, files, memoryTransfer, pool, registry, treeTransfer } = ports;

  async function unpack(dir: string, stream: Readable): Promise<void> {
    await treeTransfer.unpack(dir, stream, { signal: AbortSignal.timeout(longestStream) });
  }

  async function take(
    { kind, id, name, stream }: ArrivingStream,
    { uuid, placed }: Pick<ArrivalSession, 'uuid' | 'placed'>,
  ): Promise<void> {
    if (kind === 'template') return await ports.receiveTemplate(stream, name ?? '');
    if (kind === 'layer') return await takeLayer(id, uuid, name ?? '', stream);
    await placed.promise;
    const { upper, checkpoint } = pool.privateArea(uuid);
    const { images } = checkpointPaths(checkpoint);
    const copy = memoryCopy(pool, uuid);
    if (kind === 'memory') return await memoryTransfer.keep(stream, copy);
    if (kind === 'pages') {
      await makeRestoredDir(ports, uuid, images);
      await memoryTransfer.assemble(images, copy, stream);
      return await memoryTransfer.removeCopy(copy);
    }
    if (kind === 'round') return await takeRound(uuid, roundNumber(name), stream);
    const dir = kind === 'files' ? upper : checkpoint;
    await files.makeDir(dir);
    await unpack(dir, stream);
    const round = kind === 'checkpoint' ? roundNumber(name ?? '0') : 0;
    if (round > 0) await checkpointImages.goOnFrom(images, fromDumpTo(round));
  }

  async function takeRound(uuid: string, round: number, stream: Readable): Promise<void> {
    const { checkpoint } = pool.privateArea(uuid);
    const { images } = checkpointPaths(checkpoint);
    await files.makeDir(checkpoint);
    await makeRestoredDir(ports, uuid, images);
    const dir = await makeRoundDir(ports, uuid, images, round);
    await unpack(dir, stream);
    if (round > 1) await checkpointImages.goOnFrom(dir, fromRoundTo(round - 1));
  }

  async function takeLayer(id: string, uuid: string, digest: string, stream: Readable): Promise<void> {
    const dir = placeOfLayer(id, uuid, digest);
    await unpack(`${dir}/objects`, stream);
    await takeOwnLayer(ports, dir, digest, { signal: AbortSignal.timeout(longestStream) });
  }

  /** Makes ready for a layer: which objects of it are missing; null when it is there. */
  async function expectLayer(layer: {
    readonly id: string;
    readonly uuid: string;
    readonly digest: string;
    readonly manifest: string;
  }): Promise<readonly string[] | null> {
    const { id, uuid, digest, manifest } = layer;
    const dir = placeOfLayer(id, uuid, digest);
    return (await hasOwnLayer(ports, digest)) ? null : await expectOwnLayer(ports, dir, { digest, manifest });
  }

  /** Only what the VE is said to have may come. @throws CodedError migration_unknown */
  function placeOfLayer(id: string, uuid: string, digest: string): string {
    const isItsOwn = registry.get(uuid)?.spec.layers.includes(digest) === true;
    if (!isItsOwn) throw fault('migration_unknown', { migration: id });
    return `${arrivalStaging(pool, id)}/${digest.slice('sha256:'.length)}`;
  }

  return { take, expectLayer };
}

/** @throws CodedError migration_unknown for what is no number: a node that knows rounds sends none such */
function roundNumber(name: string | undefined): number {
  if (name === undefined || !/^\d{1,4}$/.test(name))
    throw fault('migration_unknown', { migration: `round ${name}` });
  return Number(name);
}
