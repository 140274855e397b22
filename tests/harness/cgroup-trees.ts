import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

/** Mount points of cgroup hierarchies of this machine: v1, v2 or both. A restore by CRIU mounts them once more for a moment. */
function hierarchies(kind = / - cgroup2? /): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => kind.test(line))
    .map((line) => line.split(' ')[4] ?? '')
    .filter((target) => !target.includes('/.criu.cgyard.'));
}

/** Where the hierarchy of v2 is mounted. */
export function unifiedHierarchy(): string {
  const [path] = hierarchies(/ - cgroup2 /);
  if (path === undefined) throw new Error('there is no cgroup v2');
  return path;
}

/** Groups named `name` at the top of the hierarchies, those that exist. */
export function groupsNamed(name: string): readonly string[] {
  return hierarchies()
    .map((root) => `${root}/${name}`)
    .filter((path) => existsSync(path));
}

/** Names at the top of the hierarchies. */
export function topGroups(): readonly string[] {
  return [...new Set(hierarchies().flatMap((root) => childrenOf(root)))];
}

export function childrenOf(group: string): readonly string[] {
  try {
    return readdirSync(group, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** A group and everything below it, deepest first. */
function descending(group: string): readonly string[] {
  return [...childrenOf(group).flatMap((child) => descending(`${group}/${child}`)), group];
}

/** Host pids of all processes in a group and below it. */
function processesIn(group: string): readonly number[] {
  return descending(group).flatMap((path) => readLines(`${path}/cgroup.procs`).map(Number));
}

/** Thaws and kills everything in a group, in the way of a test that cleans up: until nothing is left. */
export function killGroup(group: string): number {
  for (const path of descending(group)) {
    writeIfThere(`${path}/freezer.state`, 'THAWED');
    writeIfThere(`${path}/cgroup.freeze`, '0');
  }
  const pids = processesIn(group).filter((pid) => pid > 1);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
  return pids.length;
}

export function removeGroup(group: string): void {
  for (const path of descending(group)) {
    try {
      rmdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

function writeIfThere(path: string, text: string): void {
  if (!existsSync(path)) return;
  try {
    writeFileSync(path, text);
  } catch {
    // a group without the file's controller, or gone meanwhile
  }
}
