import type { CheckpointImages, ImageDigest } from './checkpoint-images.ts';

/** Images that are as they were sealed, unless `problem` says otherwise. */
export class FakeCheckpointImages implements CheckpointImages {
  problem: string | null = null;

  async seal(): Promise<readonly ImageDigest[]> {
    return [];
  }

  async damage(): Promise<string | null> {
    return this.problem;
  }
}
