import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { TestNode } from '../harness/index.ts';

/**
 * Makes starts of VEs hang at the creation of their first process until `release`: their groups are frozen. VEs that run are frozen
 * with them.
 */
export function holdStarts(node: TestNode): { release(): void } {
  freeze(node, true);
  return { release: () => freeze(node, false) };
}

function freeze({ config }: TestNode, frozen: boolean): void {
  const group = `${config.cgroupParent}/ve`;
  const isV1 = existsSync('/sys/fs/cgroup/freezer');
  const path = `/sys/fs/cgroup/${isV1 ? 'freezer/' : ''}${group}`;
  // it comes with the first VE
  mkdirSync(path, { recursive: true });
  if (isV1) writeFileSync(`${path}/freezer.state`, frozen ? 'FROZEN' : 'THAWED');
  else writeFileSync(`${path}/cgroup.freeze`, frozen ? '1' : '0');
}
