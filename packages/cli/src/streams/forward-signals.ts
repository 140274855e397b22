import { constants } from 'node:os';
import type { Signals } from '../context.ts';

const ofPrograms: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
];
/** With a terminal of its own, the command gets what is typed (Ctrl-C too) as bytes. */
const ofTerminals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP'];

/** Interrupts in a row after which nobody believes any more that the command will end. */
const patience = 3;

export interface Forwarding {
  readonly signals: Signals;
  readonly terminal: boolean;
  readonly send: (signal: number) => void;
  readonly giveUp: () => void;
}

/** Passes signals to this process on to the command inside the VE, until disposed of. */
export function forwardSignals({ signals, terminal, send, giveUp }: Forwarding): Disposable {
  const names = terminal ? ofTerminals : ofPrograms;
  let interrupts = 0;
  const onSignal = (name: NodeJS.Signals) => {
    if (name === 'SIGINT') interrupts += 1;
    if (interrupts >= patience) giveUp();
    else send(constants.signals[name]);
  };
  for (const name of names) signals.on(name, onSignal);
  return {
    [Symbol.dispose]() {
      for (const name of names) signals.off(name, onSignal);
    },
  };
}
