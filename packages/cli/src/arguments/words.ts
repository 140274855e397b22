import type { Command } from '@insula/contract';

/** Index of the positional that takes several words although others follow it; -1 for commands without. */
export function indexOfSeveral({ positionals }: Pick<Command, 'positionals'>): number {
  return positionals.slice(0, -1).findIndex(({ several }) => several);
}

/** Gives all words of a command line to its positionals: those after the one that takes several get the last words. */
export function shareWords(
  command: Pick<Command, 'positionals'>,
  words: readonly string[],
): readonly (readonly string[])[] {
  const at = indexOfSeveral(command);
  const after = command.positionals.length - at - 1;
  const end = Math.max(at, words.length - after);
  return command.positionals.map((_positional, index) => {
    if (index === at) return words.slice(at, end);
    const place = index < at ? index : end + index - at - 1;
    return words.slice(place, place + 1);
  });
}
