import type { TestNode } from './test-node.ts';

/** Makes a device in the network of a VE that runs which no checkpoint has: `vx0`, a VXLAN. */
export async function addUnsavableLink(node: TestNode, ve: string): Promise<void> {
  await inNetworkOf(node, ve, 'add', 'vx0', 'type', 'vxlan', 'id', '7', 'dstport', '4789');
}

export async function removeUnsavableLink(node: TestNode, ve: string): Promise<void> {
  await inNetworkOf(node, ve, 'delete', 'vx0');
}

async function inNetworkOf(node: TestNode, ve: string, ...change: readonly string[]): Promise<void> {
  const { init } = await node.status(ve);
  await node.runOnNode('nsenter', `--net=/proc/${init}/ns/net`, '--', 'ip', 'link', ...change);
}
