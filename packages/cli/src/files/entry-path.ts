import { shownName } from './byte-names.ts';

/**
 * The names of an entry of a tar stream below its root. Names are bytes; see `byte-names.ts`.
 * @throws Error for names that lead anywhere else: absolute ones, `..`, NUL, or none below `root`
 */
export function entryPath(name: string, root: string): readonly string[] {
  if (name.startsWith('/')) throw new Error(`an absolute name: ${JSON.stringify(shownName(name))}`);
  if (name.includes('\0')) throw new Error(`a name with NUL: ${JSON.stringify(shownName(name))}`);
  const names = name.split('/').filter((part) => part !== '' && part !== '.');
  if (names.includes('..')) throw new Error(`a name that leads upwards: ${JSON.stringify(shownName(name))}`);
  if (root === '') return names;
  if (names[0] !== root) throw new Error(`a name that was not asked for: ${JSON.stringify(shownName(name))}`);
  return names.slice(1);
}
