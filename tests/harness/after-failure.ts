import { afterEach } from 'vitest';
import type { TestNode } from './test-node.ts';

/** Empties nodes after a test that failed: the next one, or the same one once more, starts from nothing. Call it in a `describe` or file. */
export function emptyAfterFailure(nodes: () => readonly TestNode[]): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    for (const node of nodes()) {
      if (node.daemonPid === null) await node.start();
      await node.destroyAll();
    }
  });
}
