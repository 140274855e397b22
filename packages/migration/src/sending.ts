import type { Readable } from 'node:stream';
import type { Packing } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { type Pace, transferText } from './paced.ts';
import type { MigrationPorts } from './ports.ts';

/** Milliseconds from one word about how far a transfer is to the next. */
const tellEvery = 500;

/** Holds a stream to the bandwidth, and tells how far it is. */
export function paceOf(
  ports: Pick<MigrationPorts, 'sleep'>,
  { progress }: Pick<StepContext, 'progress'>,
  { bandwidth, total }: { readonly bandwidth: number | null | undefined; readonly total: number },
): Pace {
  const now = () => performance.now();
  const begun = now();
  let told = begun;
  return {
    bandwidth: bandwidth ?? undefined,
    now,
    sleep: async (milliseconds) => await ports.sleep(milliseconds),
    passed(bytes) {
      if (now() - told < tellEvery) return;
      told = now();
      progress(Math.min(1, bytes / Math.max(1, total)), transferText(bytes, total, told - begun));
    },
  };
}

/** Whoever packs ends with the stream, also when it breaks before anybody has read from it. */
export async function sendPacked(
  { stream, done }: Packing,
  send: (stream: Readable) => Promise<void>,
): Promise<void> {
  try {
    await send(stream);
  } catch (error) {
    stream.destroy();
    await done.catch(() => undefined);
    throw error;
  }
  await done;
}
