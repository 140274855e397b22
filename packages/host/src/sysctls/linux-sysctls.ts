import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode, withPath } from '../syscalls/system-error.ts';
import type { Sysctls } from './sysctls.ts';

const partPattern = /^[A-Za-z0-9_:@/-]+$/;

/** The file of a setting below /proc/sys. @throws TypeError for a name that is none */
export const sysctlPath = (name: string): string => {
  const parts = name.split('.');
  // a slash stands for a dot within a part, as in net.ipv4.conf.eth0/5.forwarding
  const names = parts.map((part) => part.replaceAll('/', '.'));
  const isName = parts.every((part) => partPattern.test(part)) && !names.some((part) => /^\.+$/.test(part));
  if (parts.length < 2 || !isName)
    throw new TypeError(`${JSON.stringify(name)} is no name of a kernel setting`);
  return join('/proc/sys', ...names);
};

/** Kernel settings below /proc/sys; those of the network belong to the network namespace of this process. */
export class LinuxSysctls implements Sysctls {
  async read(name: string): Promise<string | null> {
    const path = sysctlPath(name);
    try {
      return (await readFile(path, 'utf8')).trimEnd();
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null;
      throw withPath(error, path);
    }
  }

  async write(name: string, value: string): Promise<void> {
    const path = sysctlPath(name);
    try {
      const handle = await open(path, constants.O_WRONLY);
      try {
        await handle.write(value);
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw withPath(error, path, `value ${JSON.stringify(value)}`);
    }
  }
}
