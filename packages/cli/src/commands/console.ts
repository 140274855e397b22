import type { ConsoleRequest } from '@insula/contract';
import { exitCodes, requestOf } from '@insula/contract';
import { positional, type Session } from '../session.ts';
import { DetachKeys } from '../streams/detach-keys.ts';
import { FrameStream } from '../streams/frame-stream.ts';
import { openStream } from '../streams/open-stream.ts';
import { rawMode, readInput, windowSize } from '../streams/terminal.ts';
import { onResize } from './exec.ts';

const defaultReplay = 16_384;

/** `insula console`: the console of a VE until the user leaves with Ctrl-] q, or the VE ends. */
export async function runConsole(session: Session): Promise<number> {
  const { context, client, options } = session;
  const ve = positional(session, 've');
  const interactive = context.stdin.isTTY === true;
  const socket = await openStream(client, requestOf('ve.console', { params: { ve } }));
  const stream = new FrameStream(socket, {
    output: context.stdout,
    error: context.stderr,
    raw: interactive && context.stdout.isTTY === true,
  });
  const left = Promise.withResolvers<'left'>();
  const keys = new DetachKeys();
  const note = (text: string) => {
    if (interactive && !session.quiet) context.stderr.write(`${text}\r\n`);
  };

  const replay = options.value('replay');
  const request: ConsoleRequest = {
    replayBytes: typeof replay === 'number' ? replay : defaultReplay,
    ...(interactive ? { terminal: windowSize(context) } : {}),
  };
  note(`console of ${ve}; leave it with Ctrl-] q`);
  using _raw = rawMode(context.stdin);
  using _resize = interactive
    ? onResize(session, (size) => stream.control({ kind: 'resize', ...size }))
    : undefined;
  using _signals = onceAny(session, () => left.resolve('left'));
  const ended = stream.run(request);
  using _input = readInput(context.stdin, {
    onBytes: async (typed) => {
      const { bytes, detach } = interactive ? keys.feed(typed) : { bytes: typed, detach: false };
      await stream.send(bytes);
      if (detach) left.resolve('left');
    },
    // without a terminal its end only means that there is no more to type
    onEnd: () => {
      if (interactive) left.resolve('left');
    },
  });
  try {
    const outcome = await Promise.race([ended, left.promise]);
    note(outcome === 'left' ? `\r\nleft the console of ${ve}` : `\r\nthe console of ${ve} has closed`);
    return exitCodes.ok;
  } finally {
    stream.close();
  }
}

/** Calls back at the first signal that asks to end. */
function onceAny({ context: { signals } }: Session, callback: () => void): Disposable {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) signals.on(name, callback);
  return {
    [Symbol.dispose]() {
      for (const name of names) signals.off(name, callback);
    },
  };
}
