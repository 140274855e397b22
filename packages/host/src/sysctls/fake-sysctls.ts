import { SystemError } from '../syscalls/system-error.ts';
import type { Sysctls } from './sysctls.ts';

/** Settings in memory; those not given to the constructor do not exist. */
export class FakeSysctls implements Sysctls {
  readonly values: Map<string, string>;
  readonly writes: (readonly [name: string, value: string])[] = [];

  constructor(values: Readonly<Record<string, string>> = {}) {
    this.values = new Map(Object.entries(values));
  }

  async read(name: string): Promise<string | null> {
    return this.values.get(name) ?? null;
  }

  async write(name: string, value: string): Promise<void> {
    if (!this.values.has(name))
      throw new SystemError({ code: 'ENOENT', errno: 2, syscall: 'open', path: name });
    this.values.set(name, value);
    this.writes.push([name, value]);
  }
}
