import { readFileSync } from 'node:fs';

/**
 * Everything that a test run makes on the machine is named after the process that made it, so that a later run can tell what a
 * dead one left behind: folders /tmp/ins-PID-N, cgroups and network namespaces `inst-PID-N`.
 */
export const folderPrefix = 'ins-';
export const kernelPrefix = 'inst-';

/** Where the folders of test nodes lie. Short, since sockets live below it. */
export const testRoot = '/tmp';

let count = 0;

/** A tag that no other node of this run, and no other run that is alive, has: `PID-N`. */
export function newTag(): string {
  count += 1;
  return `${process.pid}-${count}`;
}

/** Number of nodes that this process has made, for what only has to differ within it. */
export function tagNumber(tag: string): number {
  return Number(tag.split('-')[1]);
}

/** The tag of a name that a test run gave, if it is one. */
export function tagOf(name: string, prefix: string): string | undefined {
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^\d+-\d+$/.test(rest) ? rest : undefined;
}

/** Whether the run that gave a tag is over: its process is gone, or the pid now belongs to something else. */
export function isAbandoned(tag: string): boolean {
  const pid = Number(tag.split('-')[0]);
  if (pid === process.pid) return false;
  try {
    return !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('vitest');
  } catch {
    return true;
  }
}
