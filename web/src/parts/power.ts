import type { ChangeId } from './acts.ts';

/** What can be done to a VE as a whole, and the call that does it. */
export const powerCalls = {
  start: 've.start',
  stop: 've.stop',
  restart: 've.restart',
  pause: 've.pause',
  resume: 've.resume',
  suspend: 've.suspend',
  kill: 've.kill',
} as const satisfies Readonly<Record<string, ChangeId>>;

export type PowerVerb = keyof typeof powerCalls;
