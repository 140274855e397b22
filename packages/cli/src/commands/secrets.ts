import { createInterface } from 'node:readline';
import type { Input } from '../context.ts';
import { UsageError } from '../errors/usage-error.ts';
import type { Session } from '../session.ts';

/**
 * Asks for the secrets of a command: at a terminal, where what is typed is not shown; else each is a line of standard input. They are
 * no options: everybody on the machine sees those.
 * @throws UsageError when there is none
 */
export async function askSecrets({
  command,
  options,
  context,
}: Session): Promise<Readonly<Record<string, string>>> {
  const wanted = (command.secrets ?? []).filter(({ field, required }) => required || options.boolean(field));
  if (wanted.length === 0) return {};
  const lines = context.stdin.isTTY === true ? undefined : linesOf(context.stdin);
  const found: Record<string, string> = {};
  for (const { field, description } of wanted) {
    const value = lines ? ((await lines.next()).value ?? '') : await hidden(context, `${description}: `);
    if (value === '')
      throw new UsageError(`no ${field} was given`, 'type it, or give it as a line of standard input');
    found[field] = value;
  }
  return found;
}

function linesOf(input: Input): AsyncIterator<string, undefined> {
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]() as AsyncIterator<string, undefined>;
}

const end = new Set(['\r', '\n', '\u0004']);
const erase = new Set(['\u007f', '\b']);

/** One line from a terminal that shows nothing meanwhile. @throws UsageError after Ctrl-C */
async function hidden({ stdin, stderr }: Session['context'], question: string): Promise<string> {
  stderr.write(question);
  stdin.setRawMode?.(true);
  let text = '';
  try {
    return await new Promise<string>((resolve, reject) => {
      const finish = () => stdin.off('data', onData).off('end', onEnd).pause();
      const onEnd = () => {
        finish();
        resolve(text);
      };
      const onData = (chunk: Buffer | string) => {
        for (const character of chunk.toString()) {
          if (character === '\u0003') {
            finish();
            return reject(new UsageError('not given', 'nothing was done'));
          }
          if (end.has(character)) return onEnd();
          text = erase.has(character) ? Array.from(text).slice(0, -1).join('') : text + character;
        }
      };
      stdin.on('data', onData).on('end', onEnd).resume();
    });
  } finally {
    stdin.setRawMode?.(false);
    stderr.write('\n');
  }
}
