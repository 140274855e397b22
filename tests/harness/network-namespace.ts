import { readdirSync } from 'node:fs';
import { kernelPrefix } from './owner.ts';
import { attempt, type ProgramResult, run } from './programs.ts';

const namespacesDir = '/run/netns';

/** A network namespace of a test: a node's network, or the "internet" behind it. */
export interface NetworkNamespace {
  readonly name: string;
  readonly path: string;
  /** Puts a command into the namespace. */
  argv(command: readonly string[]): readonly string[];
  /** Runs a command there. @throws Error when it fails */
  run(...command: readonly string[]): Promise<string>;
  attempt(...command: readonly string[]): Promise<ProgramResult>;
}

/** The machine's own network, which the building of templates needs: they come from the distribution's archive. */
export const machineNetwork: NetworkNamespace = {
  name: 'machine',
  path: '/proc/self/ns/net',
  argv: (command) => command,
  run: async (...command) => await run(command),
  attempt: async (...command) => await attempt(command),
};

export function networkNamespace(tag: string): NetworkNamespace {
  const name = `${kernelPrefix}${tag}`;
  const path = `${namespacesDir}/${name}`;
  // not `ip netns exec`: its new mount of /sys hides the cgroups
  const argv = (command: readonly string[]) => ['nsenter', `--net=${path}`, '--', ...command];
  return {
    name,
    path,
    argv,
    run: async (...command) => await run(argv(command)),
    attempt: async (...command) => await attempt(argv(command)),
  };
}

export async function makeNetworkNamespace(tag: string): Promise<NetworkNamespace> {
  const namespace = networkNamespace(tag);
  await run(['ip', 'netns', 'add', namespace.name]);
  await namespace.run('ip', 'link', 'set', 'dev', 'lo', 'up');
  return namespace;
}

export async function removeNetworkNamespace(tag: string): Promise<void> {
  await attempt(['ip', 'netns', 'delete', networkNamespace(tag).name]);
}

/** Names of the network namespaces that test runs made. */
export function testNamespaces(): readonly string[] {
  try {
    return readdirSync(namespacesDir).filter((name) => name.startsWith(kernelPrefix));
  } catch {
    return [];
  }
}
