import type { ExecRequest } from '@insula/contract';
import { requestOf } from '@insula/contract';
import { Interrupted } from '../errors/report.ts';
import { positional, type Session } from '../session.ts';
import { forwardSignals } from '../streams/forward-signals.ts';
import { FrameStream, shellCode } from '../streams/frame-stream.ts';
import { openStream } from '../streams/open-stream.ts';
import { rawMode, readInput, windowSize } from '../streams/terminal.ts';

/** `insula exec`: the exit code of the command inside the VE. */
export function runExec(session: Session): Promise<number> {
  const { stdin, stdout } = session.context;
  const reads = session.options.boolean('no-stdin') !== true;
  const terminal = session.options.boolean('tty') ?? (reads && stdin.isTTY === true && stdout.isTTY === true);
  return runInside(session, session.positionals['command'] ?? [], { terminal });
}

/** `insula enter`: a login shell. */
export function runEnter(session: Session): Promise<number> {
  return runInside(session, [], { terminal: session.context.stdin.isTTY === true });
}

async function runInside(
  session: Session,
  command: readonly string[],
  { terminal }: { readonly terminal: boolean },
): Promise<number> {
  const { context, client } = session;
  const socket = await openStream(
    client,
    requestOf('ve.exec', { params: { ve: positional(session, 've') } }),
  );
  const stream = new FrameStream(socket, {
    output: context.stdout,
    error: context.stderr,
    raw: terminal && context.stdin.isTTY === true && context.stdout.isTTY === true,
  });
  const abandoned = Promise.withResolvers<never>();

  using _signals = forwardSignals({
    signals: context.signals,
    terminal,
    send: (signal) => stream.control({ kind: 'signal', signal }),
    giveUp: () => abandoned.reject(new Interrupted('left the command to itself')),
  });
  using _raw = terminal ? rawMode(context.stdin) : undefined;
  using _resize = terminal
    ? onResize(session, (size) => stream.control({ kind: 'resize', ...size }))
    : undefined;

  const ended = stream.run(execRequest(session, command, terminal));
  const onEnd = () => stream.control({ kind: 'eof' });
  const reads = session.options.boolean('no-stdin') !== true;
  using _input = reads
    ? readInput(context.stdin, { onBytes: (bytes) => stream.send(bytes), onEnd })
    : undefined;
  if (!reads) onEnd();
  try {
    return shellCode(await Promise.race([ended, abandoned.promise]));
  } finally {
    stream.close();
  }
}

function execRequest(
  { context, options }: Session,
  command: readonly string[],
  terminal: boolean,
): ExecRequest {
  const term = context.environment['TERM'];
  const given = Object.entries(options.map('env')).map(([key, value]) => [key, value ?? ''] as const);
  const env = { ...(terminal && term ? { TERM: term } : {}), ...Object.fromEntries(given) };
  const cwd = options.text('cwd');
  const user = options.text('user');
  return {
    command: [...command],
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined ? {} : { user }),
    ...(terminal ? { terminal: windowSize(context) } : {}),
  };
}

/** Tells the size of the terminal whenever it changes, until disposed of. */
export function onResize(
  { context }: Session,
  tell: (size: ReturnType<typeof windowSize>) => void,
): Disposable {
  const listener = () => tell(windowSize(context));
  context.stdout.on('resize', listener);
  return {
    [Symbol.dispose]() {
      context.stdout.off('resize', listener);
    },
  };
}
