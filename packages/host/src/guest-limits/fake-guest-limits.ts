import type { GuestLimits } from './guest-limits.ts';

/** Remembers what was set: in order, and what holds now. */
export class FakeGuestLimits implements GuestLimits {
  readonly calls: string[] = [];
  /** By setting, limit or `terminals`: what was written last. */
  readonly inForce = new Map<string, string>();
  isPrivileged = true;

  async mayRaise(): Promise<boolean> {
    return this.isPrivileged;
  }

  async writeSettings(init: number, settings: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(settings))
      this.#set(`${init}: ${name} = ${value}`, name, value);
  }

  async limitProcesses(
    pids: readonly number[],
    limits: Readonly<Record<string, number | null>>,
  ): Promise<void> {
    for (const [name, hard] of Object.entries(limits)) {
      const value = String(hard ?? 'unlimited');
      this.#set(`${pids.join(',')}: ${name} = ${value}`, name, value);
    }
  }

  async changeOomScores(pids: readonly number[], from: number, to: number): Promise<void> {
    this.#set(`${pids.join(',')}: oom_score_adj ${from} -> ${to}`, 'oom_score_adj', String(to));
  }

  async limitTerminals(init: number, most: number): Promise<void> {
    this.#set(`${init}: terminals = ${most}`, 'terminals', String(most));
  }

  #set(call: string, name: string, value: string): void {
    this.calls.push(call);
    this.inForce.set(name, value);
  }
}
