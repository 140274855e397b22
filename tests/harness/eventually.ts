import { setTimeout as delay } from 'node:timers/promises';
import { patient } from './patience.ts';

/** Milliseconds that something may take on a slow machine that has other things to do. */
const patience = 60_000;

/**
 * Looks again and again until a condition holds or the patience is over, for what nobody notifies us of.
 * @throws Error naming what did not come true, with the last failure as its cause
 */
export async function eventually<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  options: { readonly timeout?: number; readonly interval?: number } = {},
): Promise<Value> {
  const { timeout = patience, interval = 50 } = options;
  const deadline = Date.now() + patient(timeout);
  let last: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patient(timeout)} ms`, { cause: last });
    await delay(interval);
  }
}
