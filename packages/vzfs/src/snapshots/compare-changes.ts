import type { SnapshotChange } from '@insula/contract';
import { isWhiteout, tellingAttributes } from '../own-layers/overlay-attributes.ts';
import type { ChangedName } from '../own-layers/own-changes.ts';

/**
 * What became of the changes that a VE had made, by name. Both are what `ownChanges` tells: what is not in either is as the template
 * has it; `template` holds the names that it has, in Latin 1, byte by byte. A whiteout, which stands for a name that was removed, is a character device 0/0 (Documentation/filesystems/overlayfs.rst).
 */
export function compareChanges(
  before: readonly ChangedName[],
  now: readonly ChangedName[],
  template: ReadonlySet<string> = new Set(),
): readonly SnapshotChange[] {
  const earlier = new Map(before.map((entry) => [entry.path.toString('latin1'), entry]));
  const later = new Map(now.map((entry) => [entry.path.toString('latin1'), entry]));
  const changes: SnapshotChange[] = [];
  for (const [key, entry] of later) {
    const old = earlier.get(key);
    if (old !== undefined && isSame(old, entry)) continue;
    const wasThere = old === undefined ? template.has(key) : !isWhiteout(old);
    // a folder of the template is copied into the changes when something in it changes
    if (old === undefined && wasThere && entry.kind === 'directory') continue;
    const change = isWhiteout(entry) ? 'removed' : wasThere ? 'changed' : 'added';
    changes.push({ path: shown(entry), change });
  }
  for (const [key, entry] of earlier) {
    if (!later.has(key))
      changes.push({ path: shown(entry), change: isWhiteout(entry) ? 'added' : 'removed' });
  }
  return changes.sort((left, right) => (left.path < right.path ? -1 : 1));
}

const shown = ({ path }: ChangedName): string => `/${path.toString('utf8')}`;

function isSame(left: ChangedName, right: ChangedName): boolean {
  const attributes = (entry: ChangedName) =>
    tellingAttributes(entry)
      .map(({ name, value }) => `${name}=${value.toString('hex')}`)
      .join('\n');
  return (
    left.kind === right.kind &&
    left.mode === right.mode &&
    left.uid === right.uid &&
    left.gid === right.gid &&
    left.size === right.size &&
    left.device === right.device &&
    (left.kind === 'directory' || left.modifiedNs === right.modifiedNs) &&
    (left.target?.equals(right.target ?? Buffer.alloc(0)) ?? right.target === null) &&
    attributes(left) === attributes(right)
  );
}
