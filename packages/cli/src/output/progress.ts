import type { Operation } from '@insula/contract';
import { type Context, hasColour, hasUnicode, isDrawable } from '../context.ts';
import { singleLine } from './sanitize.ts';
import { cut, pad, widthOf } from './width.ts';

interface Line {
  operation: Operation;
  readonly startedAt: number;
}

const redrawMs = 100;
const barWidth = 20;
const mostLines = 8;

/**
 * Operations under way as live lines at the bottom of a terminal: name, bar, step and time. Where standard error cannot be drawn on, it
 * shows nothing; what is written through it goes out as it is.
 */
export class ProgressBoard {
  readonly #context: Context;
  readonly #enabled: boolean;
  readonly #unicode: boolean;
  readonly #colour: boolean;
  readonly #lines = new Map<string, Line>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: Context, { enabled }: { readonly enabled: boolean }) {
    this.#context = context;
    this.#enabled = enabled && isDrawable(context.stderr, context);
    this.#unicode = hasUnicode(context);
    this.#colour = hasColour(context.stderr, context);
  }

  /** Shows what an operation is doing now. */
  update(operation: Operation): void {
    if (!this.#enabled) return;
    const known = this.#lines.get(operation.id);
    if (known) known.operation = operation;
    else this.#lines.set(operation.id, { operation, startedAt: performance.now() });
    this.#timer ??= setInterval(() => this.#draw(), redrawMs).unref();
    this.#draw();
  }

  /** Takes the line of an operation away. */
  remove(id: string): void {
    this.#lines.delete(id);
    this.#draw();
    if (this.#lines.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Writes something that stays, above the live lines. */
  above(write: () => void): void {
    this.#clear();
    write();
    this.#draw();
  }

  #clear(): void {
    if (this.#drawn > 0) this.#context.stderr.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#enabled) return;
    const lines = this.#render();
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    if (up === '' && lines.length === 0) return;
    this.#context.stderr.write(`${up}\u001b[J${lines.map((line) => `${line}\n`).join('')}`);
    this.#drawn = lines.length;
  }

  #render(): readonly string[] {
    const all = [...this.#lines.values()];
    const room = Math.min(mostLines, Math.max(1, (this.#context.stderr.rows || 24) - 2));
    const shown = all.slice(0, room);
    const names = shown.map(({ operation }) => singleLine(operation.target.name));
    const width = Math.max(0, ...names.map(widthOf));
    const lines = shown.map((line, index) => this.#line(line, pad(names[index] ?? '', width)));
    return all.length > shown.length ? [...lines, `and ${all.length - shown.length} more`] : lines;
  }

  #line({ operation, startedAt }: Line, name: string): string {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const percent = `${Math.floor(operation.progress * 100)}%`.padStart(4);
    const words = singleLine(operation.message === '' ? operation.state : operation.message);
    const bar = progressBar(operation.progress, barWidth, { unicode: this.#unicode });
    const line = cut(
      `${name}  ${bar} ${percent}  ${seconds} s  ${words}`,
      (this.#context.stderr.columns || 80) - 1,
      {
        unicode: this.#unicode,
      },
    );
    return this.#colour ? line.replace(bar, `\u001b[36m${bar}\u001b[39m`) : line;
  }
}

/** A bar of a fixed width; with Unicode it grows by eighths of a column. */
export function progressBar(
  progress: number,
  width: number,
  { unicode }: { readonly unicode: boolean },
): string {
  const filled = Math.min(1, Math.max(0, Number.isFinite(progress) ? progress : 0)) * width;
  const whole = Math.floor(filled);
  if (!unicode) return `[${'#'.repeat(whole)}${'.'.repeat(width - whole)}]`;
  const eighths = Math.floor((filled - whole) * 8);
  const part = eighths === 0 ? '' : String.fromCodePoint(0x2590 - eighths);
  return `${'█'.repeat(whole)}${part}${'░'.repeat(width - whole - (part === '' ? 0 : 1))}`;
}
