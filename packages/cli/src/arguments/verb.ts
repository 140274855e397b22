import type { CommandOption } from '@insula/contract';
import { commands, commonOptions, nameOf } from '../commands/table.ts';

/** The name of the command or group that a command line is about, empty when it is about none. */
export function verbOf(argv: readonly string[]): string {
  const words: string[] = [];
  for (let index = 0; index < argv.length && words.length < 2; index += 1) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-')) words.push(word);
    else if (takesNextWord(word, commonOptions)) index += 1;
  }
  const [first = '', second = ''] = words;
  const names = commands.map(nameOf);
  if (names.includes(`${first} ${second}`)) return `${first} ${second}`;
  return commands.some(({ verb }) => verb[0] === first) ? first : '';
}

/** Whether the value of an option is the word after it: `--user root` and `-u root`, but not `--user=root` and `-uroot`. */
export function takesNextWord(word: string, options: readonly CommandOption[]): boolean {
  const option = options.find(
    ({ flag, short, aliases }) =>
      word === `--${flag}` || word === `-${short}` || aliases.some((alias) => word === `--${alias}`),
  );
  return option !== undefined && option.kind !== 'boolean';
}
