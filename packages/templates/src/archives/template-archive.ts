import type { Judge } from './tar-guard.ts';
import { BadArchive } from './tar-header.ts';

/** What an exported template holds beside its objects, with the most bytes that each may have. */
const parts: ReadonlyMap<string, number> = new Map([
  ['layer.json', 65_536],
  ['packages.txt', 16_777_216],
  ['manifest', 536_870_912],
]);

const objectName = /^objects\/[0-9a-f]{2}\/[0-9a-f]{62}$/;

/** What the archive of an exported template may hold: plain files of known names, each once. */
export function templateArchiveRules({ maxBytes }: { readonly maxBytes: number }): Judge {
  const seen = new Set<string>();
  let bytes = 0;
  return ({ kind, path, bytes: size }) => {
    const limit = parts.get(path) ?? (objectName.test(path) ? maxBytes : 0);
    if (kind !== 'file' || limit === 0)
      throw new BadArchive(`no exported template holds ${JSON.stringify(path.slice(0, 100))}`);
    if (seen.has(path)) throw new BadArchive(`${path} comes twice`);
    seen.add(path);
    bytes += size;
    if (size > limit || bytes > maxBytes) throw new BadArchive(`${path} is too large`);
    return true;
  };
}

/** Files that make an archive whole. */
export const archiveHead: readonly string[] = [...parts.keys()];

/** The tar command that writes a layer to a file; `list` names its objects, one a line, below the object store. Pure. */
export function packArgv(places: {
  readonly layer: string;
  readonly objects: string;
  readonly list: string;
  readonly file: string;
}): readonly string[] {
  return [
    'tar',
    '--create',
    '--zstd',
    '--format=pax',
    // the same layer gives the same archive
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=0400',
    '--mtime=@0',
    '--pax-option=delete=atime,delete=ctime',
    '--no-recursion',
    '--verbose',
    '--show-transformed-names',
    String.raw`--transform=s,^\([0-9a-f][0-9a-f]/\),objects/\1,`,
    `--file=${places.file}`,
    `--directory=${places.layer}`,
    ...archiveHead,
    `--directory=${places.objects}`,
    `--files-from=${places.list}`,
  ];
}
