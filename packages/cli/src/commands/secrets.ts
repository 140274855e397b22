import { createInterface } from 'node:readline';
import type { Context, Input } from '../context.ts';
import { UsageError } from '../errors/usage-error.ts';
import type { Session } from '../session.ts';

/**
 * Asks for the secrets of a command. They are no options: everybody on the machine sees those.
 * @throws UsageError when there is none
 */
export async function askSecrets({
  command,
  options,
  context,
}: Session): Promise<Readonly<Record<string, string>>> {
  const wanted = (command.secrets ?? []).filter(({ field, required }) => required || options.boolean(field));
  const found: Record<string, string> = {};
  for (const { field, description } of wanted) found[field] = await askSecret(context, description);
  return found;
}

/** Lines of standard inputs that are no terminals: what was read ahead belongs to the next question. */
const lines = new WeakMap<Input, AsyncIterator<string, undefined>>();

/**
 * One line that is typed: at a terminal, which shows nothing of it unless asked to, else the next line of standard input.
 * @throws UsageError for an empty one, and after Ctrl-C
 */
export async function askSecret(
  context: Pick<Context, 'stdin' | 'stderr'>,
  question: string,
  { isShown = false }: { readonly isShown?: boolean } = {},
): Promise<string> {
  const { stdin } = context;
  const text = stdin.isTTY === true ? await typed(context, question, isShown) : await nextLine(stdin);
  if (text === '')
    throw new UsageError('nothing was given', 'type it, or give it as a line of standard input');
  return text;
}

async function nextLine(input: Input): Promise<string> {
  const iterator =
    lines.get(input) ??
    (createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]() as AsyncIterator<
      string,
      undefined
    >);
  lines.set(input, iterator);
  return (await iterator.next()).value ?? '';
}

const end = new Set(['\r', '\n', '\u0004']);
const erase = new Set(['\u007f', '\b']);

async function typed(
  { stdin, stderr }: Pick<Context, 'stdin' | 'stderr'>,
  question: string,
  isShown: boolean,
): Promise<string> {
  stderr.write(`${question}: `);
  if (!isShown) stdin.setRawMode?.(true);
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
    if (!isShown) {
      stdin.setRawMode?.(false);
      stderr.write('\n');
    }
  }
}
