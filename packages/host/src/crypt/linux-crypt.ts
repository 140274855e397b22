import { cryptPassword } from '../syscalls/crypt-calls.ts';
import type { Crypt } from './crypt.ts';

export class LinuxCrypt implements Crypt {
  async hash(password: string, setting: string): Promise<string | null> {
    return await cryptPassword(password, setting);
  }
}
