import './build-template.ts';
import { afterAll, beforeAll, expect } from 'vitest';
import { type NodeOptions, removeTestNodes, TestNode } from './test-node.ts';

export { emptyAfterFailure } from './after-failure.ts';
export { groupsNamed } from './cgroup-trees.ts';
export { haveCriu, tracksMemory } from './criu.ts';
export { eventually } from './eventually.ts';
export { arp, frame, icmpv6, sendFrames, udp } from './frames.ts';
export { freePort } from './free-port.ts';
export { GuestStream } from './guest-stream.ts';
export { Internet } from './internet.ts';
export { Lan } from './lan.ts';
export { allProcesses } from './machine.ts';
export { makeNetworkNamespace, type NetworkNamespace, removeNetworkNamespace } from './network-namespace.ts';
export { newTag } from './owner.ts';
export { patient } from './patience.ts';
export { attempt, run, type StartedProgram, startProgram } from './programs.ts';
export type { TemplateName } from './templates.ts';
export { type NodeOptions, TestNode } from './test-node.ts';
export { addUnsavableLink, removeUnsavableLink } from './unsavable-link.ts';

// whatever a test does: nothing outlives its file
afterAll(removeTestNodes);

/** A node that is up. It is removed at the end of the test file at the latest; `dispose` does it earlier. */
export async function startNode(options: NodeOptions = {}): Promise<TestNode> {
  const node = new TestNode(options);
  await node.make();
  return node;
}

/**
 * A node for all tests of the file or of a `describe`: up before the first, and at the end, when all VEs are destroyed, without
 * leftovers.
 */
export function useNode(options: NodeOptions = {}): TestNode {
  const node = new TestNode(options);
  beforeAll(async () => {
    await node.make();
  });
  afterAll(async () => {
    if (!node.wasMade) return;
    if (node.daemonPid === null) await node.start();
    await node.destroyAll();
    expect(await node.leftovers()).toEqual([]);
    await node.stop();
    await node.dispose();
  });
  return node;
}
