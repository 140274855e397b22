import { closeSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { sealedFile } from '../syscalls/memory-file-calls.ts';

/** Milliseconds from one look for another version of the program to the next; a copy that was replaced is used no longer than this. */
const lookEvery = 60_000;

/**
 * Lets a link lead to a sealed copy of runc in the memory of this process, for as long as it lives; to the program itself where the
 * kernel does not do that. To keep a container from overwriting the program, runc enters one only from a copy of its own: by a mount for each
 * command in older versions, else in memory that counts as the container's. A copy that is sealed already it takes as it is
 * (libcontainer/nsenter/cloned_binary.c). Another version of the program is noticed.
 */
export function sealRunc(program: string, link: string): void {
  let sealed = seal(program, link);
  setInterval(() => {
    try {
      if (versionOf(program) === sealed.version) return;
      const { copy } = sealed;
      sealed = seal(program, link);
      if (copy !== null) setTimeout(() => closeSync(copy), lookEvery).unref();
    } catch {
      // a full or damaged run directory: VEs go on with the copy there is, and it is tried again
    }
  }, lookEvery).unref();
}

interface Sealed {
  readonly version: string;
  /** Null where the link leads to the program itself. */
  readonly copy: number | null;
}

/** @throws Error when there can be no link; the earlier one is there as before then */
function seal(program: string, link: string): Sealed {
  const version = versionOf(program);
  const copy = copyOf(program);
  try {
    // the directory of runs may be made by this: users of VEs pass through it
    mkdirSync(dirname(link), { recursive: true, mode: 0o711 });
    const next = `${link}.new`;
    rmSync(next, { force: true });
    symlinkSync(copy === null ? program : `/proc/${process.pid}/fd/${copy}`, next);
    renameSync(next, link);
    return { version, copy };
  } catch (error) {
    if (copy !== null) closeSync(copy);
    throw error;
  }
}

function versionOf(program: string): string {
  const stat = statSync(program, { throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.dev} ${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

function copyOf(program: string): number | null {
  try {
    return sealedFile('runc', readFileSync(program));
  } catch {
    return null;
  }
}
