import { asCodedError, fault, type VeSpec } from '@insula/contract';
import type { StepContext, StepHandler } from '@insula/operations';
import { volumeLimits } from '@insula/resources';
import { hasOwnLayer, vzfsActions } from '@insula/vzfs';
import type { Arrivals } from './arrivals.ts';
import { arrivalStaging, handedOverPath } from './marks.ts';
import type { MigrationPorts } from './ports.ts';
import type { Decision } from './protocol.ts';

export type ArrivalArgs = { readonly id: string; readonly peer: string; readonly spec: VeSpec };

/** Milliseconds without a word after which the source is asked, and from one question to the next. */
const silence = 5_000;

/** Steps of a VE that comes from another node. */
export function targetActions(ports: MigrationPorts, arrivals: Arrivals) {
  const { files, pool, registry, veFiles } = ports;
  const { 'make-private-area': makeArea, 'open-volume': openVolume } = vzfsActions(ports);

  /** The VE has no ve.json before it is this node's: whoever reads the pool meanwhile takes it for nobody's. */
  const makeArrival: StepHandler<ArrivalArgs> = {
    async do({ id, peer, spec }, context) {
      const { uuid, layout } = spec;
      if (registry.get(uuid) === undefined) registry.add(spec);
      await makeArea.do({ uuid, layout, limits: volumeLimits(spec.parameters) }, context);
      await openVolume.do({ uuid, layout }, context);
      arrivals.open(id, uuid, peer).placed.resolve();
    },
    async undo({ id, spec }, context) {
      arrivals.close(id, fault('migration_ended', { migration: id }));
      await files.removeTree(arrivalStaging(pool, id));
      const area = pool.privateArea(spec.uuid);
      if (await files.exists(area.spec)) return;
      await makeArea.undo?.(
        { uuid: spec.uuid, layout: spec.layout, limits: volumeLimits(spec.parameters) },
        context,
      );
      registry.remove(spec.uuid);
    },
  };

  const receiveFiles: StepHandler<ArrivalArgs> = {
    async do({ id, peer, spec }, context) {
      const { received, decided } = arrivals.find(id);
      const first = Promise.race([received.promise.then(() => null), decided.promise]);
      if ((await untilDecided({ id, peer, spec }, first, context)) === 'abort') throw aborted(peer);
      await refuseWithoutLayers(spec);
    },
  };

  /** Goes on only when the source has given the VE up, for good: that is asked for as long as it takes. */
  const awaitDecision: StepHandler<ArrivalArgs> = {
    async do({ id, peer, spec }, context) {
      // a daemon before this one may have heard the word already: then the VE stands still, and nobody says it again
      const isLate = !arrivals.knows(id);
      const session = arrivals.open(id, spec.uuid, peer);
      session.ready.resolve();
      const decision = await untilDecided({ id, peer, spec }, session.decided.promise, context, {
        askFirst: isLate,
      });
      if (decision !== 'commit') throw aborted(peer);
    },
  };

  /** From here on it is this node's VE, whatever becomes of the rest. */
  const adoptVe: StepHandler<ArrivalArgs & { readonly wanted: 'running' | 'stopped' }> = {
    async do({ id, spec, wanted }) {
      const { uuid } = spec;
      const isSuspended = await files.exists(pool.privateArea(uuid).checkpoint);
      await files.removeTree(arrivalStaging(pool, id));
      await files.removeFile(handedOverPath(pool, uuid));
      await veFiles.writeSpec(spec);
      registry.note(uuid, { suspended: isSuspended, wanted });
      const entry = registry.get(uuid);
      if (entry !== undefined) await veFiles.writeState(uuid, entry.runtime);
      arrivals.close(id, fault('migration_ended', { migration: id }));
    },
  };

  /** The source gives nothing up before all that the VE's files lie over is here. */
  async function refuseWithoutLayers({ layers }: VeSpec): Promise<void> {
    for (const digest of layers)
      if (!(await hasOwnLayer(ports, digest)))
        throw fault('layer_missing', { path: pool.ownLayer(digest).root });
  }

  async function untilDecided(
    { id, peer, spec }: ArrivalArgs,
    event: Promise<Decision | null>,
    context: Pick<StepContext, 'log'>,
    { askFirst }: { readonly askFirst: boolean } = { askFirst: false },
  ): Promise<Decision | null> {
    for (let wait = askFirst ? 0 : silence; ; wait = silence) {
      const asked = ports.sleep(wait).then(() => 'silence' as const);
      const heard = await Promise.race([event, asked]);
      if (heard !== 'silence') return heard;
      const session = arrivals.find(id);
      if (session.streams > 0) continue;
      try {
        const { outcome } = await ports.peerLink.call(peer, 'outcome', { id, uuid: spec.uuid });
        if (outcome !== 'pending') return outcome;
      } catch (error) {
        context.log(`${peer} does not say what became of it: ${asCodedError(error).message}`);
      }
    }
  }

  return {
    'make-arrival': makeArrival,
    'receive-files': receiveFiles,
    'await-decision': awaitDecision,
    'adopt-ve': adoptVe,
  };
}

function aborted(peer: string) {
  return fault('migration_aborted', { node: peer });
}
