import type { Crypt } from './crypt.ts';

/** Takes each hash for that of one password, whatever its scheme. */
export class FakeCrypt implements Crypt {
  /** Passwords by their hash. */
  readonly passwords = new Map<string, string>();
  /** Settings that were hashed under, in order. */
  readonly asked: string[] = [];

  async hash(password: string, setting: string): Promise<string | null> {
    this.asked.push(setting);
    return this.passwords.get(setting) === password ? setting : `other than ${setting}`;
  }
}
