import type { Command } from '@insula/contract';
import { commands, commonOptions } from '../commands/table.ts';
import { takesNextWord } from './verb.ts';

/**
 * Puts `--` before the command that is to run inside a VE, where it was left out: `exec web1 ls -l` becomes `exec web1 -- ls -l`,
 * so that `-l` belongs to `ls`.
 */
export function shieldCommand(argv: readonly string[]): readonly string[] {
  let command: Command | undefined;
  let position = 0;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') return argv;
    if (word.startsWith('-') && word !== '-') {
      if (takesNextWord(word, [...(command?.options ?? []), ...commonOptions])) index += 1;
    } else if (!command) {
      command = commands.find(({ verb }) => verb.length === 1 && verb[0] === word);
      if (command?.positionals.at(-1)?.completes !== 'command') return argv;
    } else if (command.positionals[position]?.completes === 'command') {
      return [...argv.slice(0, index), '--', ...argv.slice(index)];
    } else {
      position += 1;
    }
  }
  return argv;
}
