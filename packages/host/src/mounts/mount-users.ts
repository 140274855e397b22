import { readdir, readFile, readlink } from 'node:fs/promises';
import type { MountUser } from './mounts.ts';

/**
 * Processes that stand in a directory below a path, were started from it or have a file open there, as /proc/PID shows it
 * (proc(5)). One that cannot be looked at any more is left out.
 */
export async function usersBelow(dir: string): Promise<readonly MountUser[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const users: MountUser[] = [];
  for (const pid of pids) {
    const paths = await pathsOf(pid);
    if (!paths.some((path) => path === dir || path.startsWith(`${dir}/`))) continue;
    const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    users.push({ pid: Number(pid), command: command.trim() });
  }
  return users;
}

async function pathsOf(pid: string): Promise<readonly string[]> {
  const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = ['cwd', 'root', 'exe', ...open.map((name) => `fd/${name}`)];
  return await Promise.all(links.map(async (name) => await readlink(`/proc/${pid}/${name}`).catch(() => '')));
}
