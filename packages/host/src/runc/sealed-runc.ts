import { closeSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { sealedFile } from '../syscalls/memory-file-calls.ts';

/** Milliseconds from one look for another version of the program to the next; a copy that was replaced is used no longer than this. */
const lookEvery = 60_000;

/**
 * Lets a link lead to a sealed copy of runc in the memory of this process, for as long as it lives; to the program itself where the kernel
 * does not do that. To keep a container from overwriting the program, runc copies itself (10 MB) whenever it enters one, and from
 * 1.1.13 on the memory of that copy is the container's: nothing could be run any more in a VE that has used up its memory. A copy that is
 * sealed already it takes as it is (libcontainer/nsenter/cloned_binary.c). Another version of the program is noticed.
 */
export function sealRunc(program: string, link: string): void {
  // the directory of runs may be made by this: users of VEs pass through it
  mkdirSync(dirname(link), { recursive: true, mode: 0o711 });
  let [copied, held] = ['', null as number | null];
  const seal = () => {
    const version = versionOf(program);
    if (version === copied) return;
    const old = held;
    held = copyOf(program);
    copied = version;
    const next = `${link}.new`;
    rmSync(next, { force: true });
    symlinkSync(held === null ? program : `/proc/${process.pid}/fd/${held}`, next);
    renameSync(next, link);
    if (old !== null) setTimeout(() => closeSync(old), lookEvery).unref();
  };
  seal();
  setInterval(seal, lookEvery).unref();
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
