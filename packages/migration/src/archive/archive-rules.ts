import { BadArchive, type Judge, RootRules, type TarEntry } from '@insula/templates';
import { idsPerVe } from '@insula/vzfs';
import { type ArchivedTree, headFile } from './archive-layout.ts';

/** Names that a VE may have, and bytes of what tells which it has not. */
const maxNames = 2_000_000;
const maxChangesBytes = 268_435_456;

const snapshotPart = /^snapshots\/[A-Za-z0-9._-]+(?:\/|$)/;
const templateFile = /^templates\/[a-z0-9.-]+@[0-9A-Za-z.]+\.tar\.zst$/;

/**
 * What the archive of a VE may hold; of it the parts of one tree are passed on. Its files must lie below the tree, by their names and by
 * the links among them, and belong to ids that a VE has.
 */
export function treeRules(tree: ArchivedTree, { maxBytes }: { readonly maxBytes: number }): Judge {
  const rules = new RootRules({ maxNames, maxBytes });
  let hasChanges = false;
  return (entry) => {
    const { path } = entry;
    if (path === tree.changes) {
      requireFile(entry, maxChangesBytes);
      if (hasChanges) throw new BadArchive(`${path} comes twice`);
      hasChanges = true;
      return true;
    }
    if (isIn(tree.files, path)) {
      if (path === tree.files && entry.kind !== 'directory')
        throw new BadArchive(`${path} is a ${entry.kind}`);
      if (entry.uid >= idsPerVe || entry.gid >= idsPerVe)
        throw new BadArchive(`an owner that no VE has: ${shown(path)}`);
      return rules.judge(entry);
    }
    refuseStrange(path);
    return false;
  };
}

/** Of the archive of a VE the named templates are passed on. */
export function templateRules(
  wanted: ReadonlySet<string>,
  { maxBytes }: { readonly maxBytes: number },
): Judge {
  const seen = new Set<string>();
  return (entry) => {
    const { path } = entry;
    if (!wanted.has(path)) {
      refuseStrange(path);
      return false;
    }
    requireFile(entry, maxBytes);
    if (seen.has(path)) throw new BadArchive(`${path} comes twice`);
    seen.add(path);
    return true;
  };
}

const isIn = (dir: string, path: string): boolean =>
  path === dir || path === `${dir}/` || path.startsWith(`${dir}/`);

function requireFile({ kind, path, bytes }: TarEntry, maxBytes: number): void {
  if (kind !== 'file') throw new BadArchive(`${path} is a ${kind}`);
  if (bytes > maxBytes) throw new BadArchive(`${path} is too large`);
}

/** @throws BadArchive for what is in no archive of a VE at all */
function refuseStrange(path: string): void {
  const isKnown =
    path === headFile ||
    path === 'changes.json' ||
    isIn('files', path) ||
    snapshotPart.test(path) ||
    templateFile.test(path);
  if (!isKnown) throw new BadArchive(`no exported VE holds ${shown(path)}`);
}

const shown = (path: string): string => JSON.stringify(path.slice(0, 100));
