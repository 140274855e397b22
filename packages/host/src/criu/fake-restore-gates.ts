import type { GateState, RestoreGates, RestoreStage } from './restore-gates.ts';

/** Gates that every restore reaches at once; `pid` is the init that it makes. */
export class FakeRestoreGates implements RestoreGates {
  readonly passed = new Set<string>();
  pid: number | null = null;

  async install(dir: string): Promise<void> {
    for (const key of this.passed) if (key.startsWith(`${dir}:`)) this.passed.delete(key);
  }

  async state(dir: string, stage: RestoreStage): Promise<GateState> {
    return this.passed.has(`${dir}:${stage}`) ? 'passed' : 'waiting';
  }

  async reached(): Promise<void> {
    await Promise.resolve();
  }

  async initPid(): Promise<number | null> {
    return this.pid;
  }

  async open(dir: string, stage: RestoreStage): Promise<void> {
    this.passed.add(`${dir}:${stage}`);
  }
}
