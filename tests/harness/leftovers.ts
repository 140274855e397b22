import { readdirSync } from 'node:fs';
import { childrenOf, groupsNamed } from './cgroup-trees.ts';
import { loopDevicesBelow, mountsBelow, processesNaming } from './machine.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import type { NodePaths, TestNodeConfig } from './node-config.ts';

interface Subject {
  readonly paths: NodePaths;
  readonly config: TestNodeConfig;
  readonly namespace: NetworkNamespace;
  /** The daemon, while it runs. */
  readonly daemonPid: number | null;
}

/**
 * What a node that has no VE should not have: one line for each mount, cgroup, link, element of the nft table, process, loop device
 * and file. What belongs to the node itself (its folders, table, pool route, the private bind mount of RUN/ve) does not count.
 */
export async function leftoversOf(subject: Subject): Promise<readonly string[]> {
  return [
    ...mounts(subject),
    ...groups(subject),
    ...(await network(subject)),
    ...processes(subject),
    ...(await loopDevicesBelow(subject.paths.dir)).map((device) => `loop device ${device}`),
    ...files(subject),
  ];
}

function mounts({ paths }: Subject): readonly string[] {
  const own = new Set([`${paths.run}/ve`, paths.pool]);
  return mountsBelow(paths.dir)
    .filter((target) => !own.has(target))
    .map((target) => `mount ${target}`);
}

function groups({ config }: Subject): readonly string[] {
  return groupsNamed(config.cgroupParent).flatMap((parent) =>
    ['ve', 'monitor'].flatMap((kind) =>
      childrenOf(`${parent}/${kind}`).map((name) => `cgroup ${parent}/${kind}/${name}`),
    ),
  );
}

async function network({ namespace, config }: Subject): Promise<readonly string[]> {
  const links = JSON.parse(await namespace.run('ip', '-json', 'link', 'show')) as readonly {
    ifname: string;
  }[];
  const tables = await Promise.all(
    ['inet', 'arp', 'bridge'].map(
      async (family) => await namespace.attempt('nft', '-j', 'list', 'table', family, config.network.table),
    ),
  );
  const routes = await namespace.run('ip', 'route', 'show');
  return [
    ...links
      .filter(({ ifname }) => ifname.startsWith(config.interfacePrefix))
      .map(({ ifname }) => `link ${ifname}`),
    ...tables.flatMap(({ code, stdout }) => (code === 0 ? setElements(stdout) : [])),
    ...routes
      .split('\n')
      .filter((line) => line.includes(` dev ${config.interfacePrefix}`))
      .map((line) => `route ${line}`),
  ];
}

interface NftObject {
  readonly set?: {
    readonly name: string;
    readonly elem?: readonly unknown[];
    readonly flags?: readonly string[];
  };
}

function setElements(json: string): readonly string[] {
  const { nftables } = JSON.parse(json) as { readonly nftables: readonly NftObject[] };
  return (
    nftables
      // prefixes of the node's own pools, and what goes by itself
      .filter(({ set }) => !['interval', 'timeout'].some((flag) => set?.flags?.includes(flag)))
      .flatMap(({ set }) =>
        (set?.elem ?? []).map((element) => `nft element ${JSON.stringify(element)} in ${set?.name}`),
      )
  );
}

function processes({ paths, daemonPid }: Subject): readonly string[] {
  return (
    processesNaming(paths.dir)
      // the daemon, and the server of names that ends with it
      .filter(({ pid, command }) => pid !== daemonPid && !command.startsWith('dnsmasq '))
      .map(({ pid, command }) => `process ${pid}: ${command}`)
  );
}

function files({ paths }: Subject): readonly string[] {
  const dirs = ['ve', 'exits', 'runc'].map((name) => `${paths.run}/${name}`);
  dirs.push(`${paths.pool}/private`, `${paths.pool}/staging`);
  return dirs.flatMap((dir) => entries(dir).map((name) => `file ${dir}/${name}`));
}

function entries(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
