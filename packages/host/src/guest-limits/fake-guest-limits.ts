import type { GuestLimits } from './guest-limits.ts';

/** Remembers what was set, in order. */
export class FakeGuestLimits implements GuestLimits {
  readonly calls: string[] = [];
  isPrivileged = true;

  mayRaise(): boolean {
    return this.isPrivileged;
  }

  async writeSettings(init: number, settings: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) this.calls.push(`${init}: ${name} = ${value}`);
  }

  limitProcesses(pids: readonly number[], limits: Readonly<Record<string, number | null>>): void {
    for (const [name, hard] of Object.entries(limits))
      this.calls.push(`${pids.join(',')}: ${name} = ${hard ?? 'unlimited'}`);
  }

  async changeOomScores(pids: readonly number[], from: number, to: number): Promise<void> {
    this.calls.push(`${pids.join(',')}: oom_score_adj ${from} -> ${to}`);
  }

  async limitTerminals(init: number, most: number): Promise<void> {
    this.calls.push(`${init}: terminals = ${most}`);
  }
}
