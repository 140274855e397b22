import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { groupsNamed, killGroup, removeGroup, topGroups } from './cgroup-trees.ts';
import { loopDevicesBelow, mountsBelow, processesNaming } from './machine.ts';
import { removeNetworkNamespace, testNamespaces } from './network-namespace.ts';
import { cgroupParentOf, nodePaths, tableOf } from './node-config.ts';
import { folderPrefix, isAbandoned, kernelPrefix, tagOf, testRoot } from './owner.ts';
import { attempt, run } from './programs.ts';

/**
 * Takes away everything that a tag's node has on the machine, alive or not, without asking the node. With `keepFiles` only what the
 * kernel holds, as a power cut does.
 */
export async function removeEverything(
  tag: string,
  options: { readonly keepFiles?: boolean } = {},
): Promise<void> {
  const { dir } = nodePaths(tag);
  await killEverything(tag);
  for (const target of mountsBelow(dir)) await attempt(['umount', '--lazy', '--no-canonicalize', target]);
  for (const device of await loopDevicesBelow(dir)) await attempt(['losetup', '--detach', device]);
  for (const group of groupsNamed(cgroupParentOf(tag))) await removeWhenEmpty(group);
  await removeNetworkNamespace(tag);
  for (const family of ['inet', 'arp', 'bridge'])
    await attempt(['nft', 'delete', 'table', family, tableOf(tag)]);
  const [mounted] = mountsBelow(dir);
  if (mounted !== undefined) throw new Error(`${mounted} is still mounted: ${dir} is left as it is`);
  if (options.keepFiles === true) return;
  await run(['rm', '-rf', '--one-file-system', '--', dir]);
}

async function killEverything(tag: string): Promise<void> {
  const { dir } = nodePaths(tag);
  for (let round = 0; round < 200; round += 1) {
    const named = processesNaming(dir);
    for (const { pid } of named) killQuietly(pid);
    const inGroups = groupsNamed(cgroupParentOf(tag)).map(killGroup);
    if (named.length === 0 && inGroups.every((count) => count === 0)) return;
    await delay(20);
  }
  throw new Error(`processes of test node ${tag} do not end`);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended meanwhile
  }
}

/** A group stays busy for a moment after its last process has gone. */
async function removeWhenEmpty(group: string): Promise<void> {
  for (let round = 0; ; round += 1) {
    try {
      return removeGroup(group);
    } catch (error) {
      if (round > 100) throw error;
      await delay(20);
    }
  }
}

let swept: Promise<void> | undefined;

/** Removes what dead runs left, once per process. */
export async function sweep(): Promise<void> {
  swept ??= sweepOnce();
  await swept;
}

async function sweepOnce(): Promise<void> {
  const tags = new Set(
    [
      ...readdirSync(testRoot).map((name) => tagOf(name, folderPrefix)),
      ...[...testNamespaces(), ...topGroups()].map((name) => tagOf(name, kernelPrefix)),
    ].filter((tag) => tag !== undefined),
  );
  for (const tag of tags) if (isAbandoned(tag)) await removeEverything(tag);
}
