import { checkpointPaths, dumpBytes, inspect, isOfRounds, lastRound } from '@insula/checkpoint';
import { asCodedError, fault, type VeSpec } from '@insula/contract';
import { type TreeState, treeDifference } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { ownLayerManifest } from '@insula/vzfs';
import { handedOverPath, memoryCopy } from './marks.ts';
import { type Pace, paced } from './paced.ts';
import type { MigrationPorts } from './ports.ts';
import type { Arrival } from './protocol.ts';
import { roundActions } from './round-actions.ts';
import { paceOf, sendPacked } from './sending.ts';
import { bytesOf } from './tree-bytes.ts';

type PeerArgs = { readonly uuid: string; readonly peer: string };
type PacedArgs = PeerArgs & {
  /** Bytes a second at most; null or missing: as fast as it goes. */
  readonly bandwidth?: number | null;
};
type TemplateArgs = PacedArgs & { readonly template: VeSpec['template'] };
type LayersArgs = PacedArgs & { readonly layers: readonly string[] };
type RestArgs = PeerArgs & {
  /** Of the saved processes that go along; null when there are none. */
  readonly checkpoint: string | null;
  /** A copy of its memory was sent ahead: only what differs is sent now. */
  readonly memorySent?: boolean;
};

/** Milliseconds from one try to reach the other node to the next, at first and at most. */
const retry = { first: 100, last: 5_000 } as const;

/** Milliseconds that a VE which is the other node's already has to come up there before it is waited for no longer. */
const settleWithin = 120_000;

/** Steps of a VE that goes to another node. The operation's own id names the migration on both. */
export function sourceActions(ports: MigrationPorts) {
  const { files, memoryTransfer, peerLink, pool, treeTransfer } = ports;
  const sentState = (uuid: string) => `${pool.privateArea(uuid).dir}/sent.json`;

  const offerVe: StepHandler<{ readonly peer: string; readonly arrival: Omit<Arrival, 'id'> }> = {
    async do({ peer, arrival }, { operationId: id, signal }) {
      await peerLink.call(peer, 'begin', { ...arrival, id }, { signal });
    },
    /** A node that does not hear this asks, sooner or later. */
    async undo({ peer }, context) {
      const { operationId: id } = context;
      try {
        await peerLink.call(peer, 'decide', { id, decision: 'abort' });
      } catch (error) {
        context.log(`${peer} was not told: ${asCodedError(error).message}`);
      }
    },
  };

  const sendTemplate: StepHandler<TemplateArgs> = {
    async do({ peer, template, bandwidth }, context) {
      const { operationId: id, signal } = context;
      const dir = `${pool.staging}/migration-${id}`;
      const path = `${dir}/template.tar.zst`;
      try {
        await files.removeTree(dir);
        await files.makeDir(dir);
        await ports.exportTemplate(template, path);
        context.progress(0.5, 'sending');
        const what = { kind: 'template', id, name: `${template.name}@${template.version}` } as const;
        const total = (await files.stat(path))?.sizeBytes ?? 0;
        const pace = paceOf(ports, context, { bandwidth, total });
        await peerLink.send(peer, what, paced(ports.openFile(path), pace), { signal });
      } finally {
        await files.removeTree(dir);
      }
    },
    undo: async (_args, { operationId: id }) => await files.removeTree(`${pool.staging}/migration-${id}`),
  };

  /** Layers that lie below its files: of each only what the other node has not got yet. */
  const sendLayers: StepHandler<LayersArgs> = {
    async do({ peer, layers, bandwidth }, context) {
      const { operationId: id, signal } = context;
      // progress is told by layers here
      const { passed: _passed, ...pace } = paceOf(ports, context, { bandwidth, total: 0 });
      for (const [index, digest] of layers.entries()) {
        context.progress(index / layers.length);
        const manifest = await ownLayerManifest(ports, digest);
        const { missing } = await peerLink.call(peer, 'layer', { id, digest, manifest }, { signal });
        if (missing === null) continue;
        context.log(`${missing.length} objects of ${digest} are missing on ${peer}`);
        const packed = await treeTransfer.pack(pool.objects, { names: missing, changing: false, signal });
        await sendPacked(packed, async (stream) => {
          await peerLink.send(peer, { kind: 'layer', id, name: digest }, paced(stream, pace), { signal });
        });
      }
    },
  };

  /** Everything, while the VE changes it: what changes meanwhile is sent again when nothing does any more. */
  const sendFiles: StepHandler<PacedArgs> = {
    async do({ uuid, peer, bandwidth }, context) {
      const { operationId: id, signal } = context;
      const { upper } = pool.privateArea(uuid);
      await treeTransfer.settle(upper);
      const state = await treeTransfer.state(upper);
      const pace = paceOf(ports, context, { bandwidth, total: bytesOf(state) });
      await sendTree(peer, id, upper, { changing: true, signal, pace });
      await files.writeAtomic(sentState(uuid), JSON.stringify(state), { durable: false });
    },
    undo: async ({ uuid }) => await files.removeFile(sentState(uuid)),
  };

  /** While it runs; the copy that stays here tells later which pages have changed. It goes with the private area. */
  const sendMemory: StepHandler<PacedArgs> = {
    async do({ uuid, peer, bandwidth }, context) {
      const { operationId: id, signal } = context;
      const facts = await inspect(ports, ports.registry.find(uuid));
      const copy = memoryCopy(pool, uuid);
      const pace = paceOf(ports, context, { bandwidth, total: dumpBytes(facts) });
      const stream = paced(memoryTransfer.read(facts.processes, copy, { signal }), pace);
      await peerLink.send(peer, { kind: 'memory', id }, stream, { signal });
    },
    undo: async ({ uuid }) => await memoryTransfer.removeCopy(memoryCopy(pool, uuid)),
  };

  const sendRest: StepHandler<RestArgs> = {
    async do({ uuid, peer, checkpoint, memorySent = false }, context) {
      const { operationId: id, signal } = context;
      const { upper } = pool.privateArea(uuid);
      const sent = JSON.parse((await files.readTextIfExists(sentState(uuid))) ?? '{}') as TreeState;
      const { changed, removed } = treeDifference(sent, await treeTransfer.state(upper));
      context.log(`${changed.length} changed and ${removed.length} removed files since the first round`);
      if (removed.length > 0) await peerLink.call(peer, 'remove', { id, names: removed }, { signal });
      const tree = async () => {
        if (changed.length > 0) await sendTree(peer, id, upper, { changing: false, signal, names: changed });
      };
      const processes = async () => {
        if (checkpoint === null) return;
        const { images } = checkpointPaths(checkpoint);
        const name = String(await lastRound(ports, images));
        const names = await namesToSend(checkpoint, memorySent);
        const packed = await treeTransfer.pack(checkpoint, { changing: false, signal, names });
        await sendPacked(packed, async (stream) => {
          await peerLink.send(peer, { kind: 'checkpoint', id, name }, stream, { signal });
        });
      };
      const pages = async () => {
        if (checkpoint === null || !memorySent) return;
        const { images } = checkpointPaths(checkpoint);
        const stream = memoryTransfer.difference(images, memoryCopy(pool, uuid));
        await peerLink.send(peer, { kind: 'pages', id }, stream, { signal });
      };
      await Promise.all([tree(), processes(), pages()]);
    },
  };

  /** Ends when the other node has everything, and only waits for the word. */
  const awaitArrival: StepHandler<PeerArgs> = {
    async do({ peer }, { operationId: id, signal }) {
      await peerLink.call(peer, 'received', { id }, { signal });
    },
  };

  /**
   * The commit point: from the moment the mark is on the disk the VE is the other node's, and never runs here again; unless that node
   * says that nothing of it is left there. It is asked until it answers.
   */
  const handOver: StepHandler<PeerArgs> = {
    async do({ uuid, peer }, context) {
      const { operationId: id } = context;
      const log = (line: string) => context.log(line);
      const mark = handedOverPath(pool, uuid);
      await files.writeAtomic(mark, JSON.stringify({ id, node: peer }));
      for (let delay: number = retry.first; ; delay = Math.min(2 * delay, retry.last)) {
        try {
          await peerLink.call(peer, 'decide', { id, decision: 'commit' });
        } catch (error) {
          const coded = asCodedError(error);
          if (coded.code !== 'migration_unknown') log(`${peer} was not told: ${coded.message}`);
        }
        const state = await stateThere(peer, id, log);
        if (state === 'adopted') return;
        if (state === 'gone') {
          await files.removeFile(mark);
          throw fault('migration_aborted', { node: peer });
        }
        await ports.sleep(delay);
      }
    },
  };

  /** It is moved, whatever happens there: nothing that goes wrong here fails. Who migrates a VE that runs finds it running, though. */
  const awaitSettled: StepHandler<PeerArgs> = {
    async do({ peer }, context) {
      const { operationId: id } = context;
      const signal = AbortSignal.any([context.signal, AbortSignal.timeout(settleWithin)]);
      try {
        const { problem } = await peerLink.call(peer, 'settled', { id }, { signal });
        if (problem !== null) context.log(`it is on ${peer} now, but: ${problem}`);
      } catch (error) {
        context.log(`${peer} does not say whether it has come up there: ${asCodedError(error).message}`);
      }
    },
  };

  async function stateThere(peer: string, id: string, log: (line: string) => void) {
    try {
      return (await peerLink.call(peer, 'state', { id })).state;
    } catch (error) {
      log(`${peer} does not answer: ${asCodedError(error).message}`);
      return 'arriving';
    }
  }

  /** Rounds are there already, and so are pages that the other node makes from what it has. */
  async function namesToSend(checkpoint: string, memorySent: boolean): Promise<readonly string[]> {
    const { images } = checkpointPaths(checkpoint);
    const pages = new Set(memorySent ? await memoryTransfer.pageImages(images) : []);
    const all = Object.keys(await treeTransfer.state(checkpoint));
    return all.filter((name) => !isOfRounds(name) && !pages.has(name.slice(name.lastIndexOf('/') + 1)));
  }

  async function sendTree(
    peer: string,
    id: string,
    dir: string,
    options: {
      readonly changing: boolean;
      readonly signal: AbortSignal;
      readonly names?: readonly string[];
      readonly pace?: Pace;
    },
  ): Promise<void> {
    const packed = await treeTransfer.pack(dir, options);
    await sendPacked(packed, async (stream) => {
      const sent = options.pace === undefined ? stream : paced(stream, options.pace);
      await peerLink.send(peer, { kind: 'files', id }, sent, { signal: options.signal });
    });
  }

  return {
    'offer-ve': offerVe,
    'send-template': sendTemplate,
    'send-layers': sendLayers,
    'send-files': sendFiles,
    'send-memory': sendMemory,
    ...roundActions(ports),
    'send-rest': sendRest,
    'await-arrival': awaitArrival,
    'hand-over': handOver,
    'await-settled': awaitSettled,
  };
}
