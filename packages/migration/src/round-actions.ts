import { checkpointPaths, dropRounds, dumpRound } from '@insula/checkpoint';
import { CommandFailed } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { paced } from './paced.ts';
import type { MigrationPorts } from './ports.ts';
import { needsRound } from './rounds.ts';
import { paceOf, sendPacked } from './sending.ts';

type RoundArgs = {
  readonly uuid: string;
  readonly peer: string;
  /** Of the dump that goes on from the last round. */
  readonly dir: string;
  /** Bytes a second at most; null: as fast as it goes. */
  readonly bandwidth: number | null;
};

/** Sends the memory of a VE while it runs, until little of it changes from one round to the next. */
export function roundActions(ports: MigrationPorts) {
  const { checkpointImages, peerLink, treeTransfer } = ports;

  const sendRounds: StepHandler<RoundArgs> = {
    async do({ uuid, peer, dir, bandwidth }, context) {
      const { operationId: id, signal } = context;
      const { images } = checkpointPaths(dir);
      const sent: number[] = [];
      try {
        while (needsRound(sent)) {
          signal.throwIfAborted();
          const round = sent.length + 1;
          const { dir: made, bytes } = await dumpRound(ports, uuid, images, round);
          context.log(`round ${round}: ${Math.ceil(bytes / 1024)} KiB of memory`);
          const pace = paceOf(ports, context, { bandwidth, total: bytes });
          const names = Object.keys(await treeTransfer.state(made)).filter(
            (name) => name !== '.' && name !== 'parent',
          );
          const packed = await treeTransfer.pack(made, { names, changing: false, signal });
          await sendPacked(packed, async (stream) => {
            const what = { kind: 'round', id, name: String(round) } as const;
            await peerLink.send(peer, what, paced(stream, pace), { signal });
          });
          await checkpointImages.dropMemory(made);
          sent.push(bytes);
        }
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        // what changed until it failed is not known any more
        context.log(`its memory cannot be sent ahead: ${error.stderr.trim() || error.message}`);
        await dropRounds(ports, uuid, images);
      }
    },
    undo: async ({ uuid, dir }) => await dropRounds(ports, uuid, checkpointPaths(dir).images),
  };

  return { 'send-rounds': sendRounds };
}
