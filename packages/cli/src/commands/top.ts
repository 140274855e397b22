import { exitCodes, fault, type Reading } from '@insula/contract';
import { ask } from '../client/calls.ts';
import { watchReadings } from '../client/watch-readings.ts';
import { hasColour, hasUnicode, isDrawable } from '../context.ts';
import type { Session } from '../session.ts';
import { rawMode, readInput, windowSize } from '../streams/terminal.ts';
import { FullScreen } from '../top/full-screen.ts';
import { keysOf } from '../top/keys.ts';
import { afterKey, firstModel, type TopModel, withProcesses, withReading } from '../top/model.ts';
import { pageOf, screenOf } from '../top/screen.ts';
import { onResize } from './exec.ts';

/** `insula top`: the node and its VEs live on a terminal; elsewhere the next reading as text, or as JSON a line each. */
export async function runTop(session: Session): Promise<number> {
  const { context, json } = session;
  const left = new AbortController();
  using _signals = onSignals(session, () => left.abort());
  if (json) return await printJson(session, left.signal);
  if (!isDrawable(context.stdout, context) || context.stdin.isTTY !== true)
    return await printOnce(session, left);
  return await new LiveView(session, left).run();
}

function intervalOf({ options }: Session): number | undefined {
  const interval = options.value('interval');
  return typeof interval === 'number' ? interval : undefined;
}

async function printJson(session: Session, signal: AbortSignal): Promise<number> {
  for await (const reading of watchReadings(session.client, intervalOf(session), signal))
    session.context.stdout.write(`${JSON.stringify(reading)}\n`);
  return exitCodes.ok;
}

/** The second reading is the first whose rates are of this interval. */
async function printOnce(session: Session, left: AbortController): Promise<number> {
  const samples: Reading[] = [];
  for await (const reading of watchReadings(session.client, intervalOf(session) ?? 1, left.signal)) {
    samples.push(reading);
    if (samples.length === 2) left.abort();
  }
  const [, last] = samples;
  if (last === undefined) return exitCodes.ok;
  const size = { columns: 1000, rows: last.ves.length + 7 };
  const lines = screenOf(withReading(firstModel, last), size, { colour: false, unicode: false });
  session.context.stdout.write(
    lines
      .slice(0, -1)
      .map((line) => `${line.trimEnd()}\n`)
      .join(''),
  );
  return exitCodes.ok;
}

/** The window, what is typed into it and what arrives for it. */
class LiveView {
  readonly #session: Session;
  readonly #left: AbortController;
  #model: TopModel = firstModel;

  constructor(session: Session, left: AbortController) {
    this.#session = session;
    this.#left = left;
  }

  async run(): Promise<number> {
    const { context } = this.#session;
    using screen = new FullScreen(context.stdout);
    using _raw = rawMode(context.stdin);
    using _resize = onResize(this.#session, () => this.#draw(screen));
    using _input = readInput(context.stdin, {
      onBytes: async (bytes) => {
        for (const key of keysOf(bytes.toString())) await this.#press(key, screen);
      },
      onEnd: () => this.#left.abort(),
    });
    this.#draw(screen);
    const { signal } = this.#left;
    for await (const reading of watchReadings(this.#session.client, intervalOf(this.#session), signal)) {
      this.#model = withReading(this.#model, reading);
      this.#draw(screen);
      await this.#lookInside(screen);
    }
    if (signal.aborted) return exitCodes.ok;
    const socket = this.#session.client.socketPath;
    throw fault('daemon_unavailable', { socket, problem: 'it has ended' });
  }

  async #press(key: string, screen: FullScreen): Promise<void> {
    const before = this.#model.inside;
    this.#model = afterKey(this.#model, key, pageOf(windowSize(this.#session.context)));
    if (this.#model.isOver) return this.#left.abort();
    this.#draw(screen);
    if (this.#model.inside !== before) await this.#lookInside(screen);
  }

  /** Shows the processes of the VE that was entered, if one was. */
  async #lookInside(screen: FullScreen): Promise<void> {
    const { inside } = this.#model;
    if (inside === null) return;
    try {
      const processes = await ask(this.#session.client, 've.processes', { params: { ve: inside.uuid } });
      this.#model = withProcesses(this.#model, inside.uuid, processes, performance.now());
    } catch (error) {
      this.#model = { ...this.#model, message: error instanceof Error ? error.message : String(error) };
    }
    this.#draw(screen);
  }

  #draw(screen: FullScreen): void {
    const { context } = this.#session;
    const look = { colour: hasColour(context.stdout, context), unicode: hasUnicode(context) };
    screen.draw(screenOf(this.#model, windowSize(context), look));
  }
}

/** Calls back at every signal that asks to end. */
function onSignals({ context: { signals } }: Session, callback: () => void): Disposable {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) signals.on(name, callback);
  return {
    [Symbol.dispose]() {
      for (const name of names) signals.off(name, callback);
    },
  };
}
