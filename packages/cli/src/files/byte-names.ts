/**
 * Names of files are bytes, and need not be UTF-8. On their way through this program they are strings with one character for each byte
 * (latin1), which compare, split and join like others and lose nothing.
 */
export function nameFromText(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The bytes of a name, as the file system takes them. */
export function nameBytes(name: string): Buffer {
  return Buffer.from(name, 'latin1');
}

/** A name for people: what is no UTF-8 becomes a replacement character. */
export function shownName(name: string): string {
  return nameBytes(name).toString();
}

/** The path of a name, or of several joined by `/`, in a folder. */
export function pathIn(folder: string | Buffer, name: string): Buffer {
  const above = Buffer.from(folder);
  const slash = above.at(-1) === 0x2f ? '' : '/';
  return Buffer.concat([above, nameBytes(`${slash}${name}`)]);
}
