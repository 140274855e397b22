/** Paths of a tree as text, one character for each byte: what maps and sets can hold. The root is the empty text. */

export const keyOf = (path: Buffer): string => path.toString('latin1');
export const pathOf = (key: string): Buffer => Buffer.from(key, 'latin1');

/** The folder that holds a name; null for the root. */
export function parentOf(key: string): string | null {
  if (key === '') return null;
  const cut = key.lastIndexOf('/');
  return cut === -1 ? '' : key.slice(0, cut);
}

/** The folders above a name from the root on, without the name itself. */
export function foldersAbove(key: string): readonly string[] {
  const above: string[] = [];
  for (let folder = parentOf(key); folder !== null; folder = parentOf(folder)) above.push(folder);
  return above.reverse();
}

export const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** Parents before children, siblings by the bytes of their names: the order of a manifest. */
export function inTreeOrder(left: string, right: string): number {
  const [first, second] = [left.replaceAll('/', '\0'), right.replaceAll('/', '\0')];
  return first < second ? -1 : first > second ? 1 : 0;
}
