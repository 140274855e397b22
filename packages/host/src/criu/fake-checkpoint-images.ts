import type { CheckpointImages, ImageDigest } from './checkpoint-images.ts';
import type { TerminalOwner } from './console-images.ts';

/** Images that are as they were sealed, unless `problem` says otherwise. */
export class FakeCheckpointImages implements CheckpointImages {
  problem: string | null = null;

  readonly consoleOwners: TerminalOwner[] = [];

  async noteConsoleOwner(_dir: string, owner: TerminalOwner): Promise<void> {
    this.consoleOwners.push(owner);
  }

  /** Of the rounds before a dump, one after the other. */
  readonly rounds: number[] = [];

  async memoryBytes(): Promise<number> {
    return this.rounds.shift() ?? 0;
  }

  async dropMemory(): Promise<void> {
    await Promise.resolve();
  }

  async goOnFrom(): Promise<void> {
    await Promise.resolve();
  }

  async seal(): Promise<readonly ImageDigest[]> {
    return [];
  }

  async damage(): Promise<string | null> {
    return this.problem;
  }
}
