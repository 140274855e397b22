import { fault } from '@insula/contract';
import type { MmdebstrapSource, PackageRequest } from '@insula/templates';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';

/** dpkg's own list of what is installed; larger ones are no lists. */
const maxStatusBytes = 33_554_432;

const statusFile = '/var/lib/dpkg/status';

/** What a running VE says it has installed; empty where it has no dpkg. */
export async function packageStatus(ports: Pick<VePorts, 'guestTrees'>, entry: VeEntry): Promise<string> {
  return await insideRoot(
    ports,
    entry,
    async (tree) => (await tree.readTextIfExists(statusFile, { maxBytes: maxStatusBytes })) ?? '',
  );
}

/** Calls `use` with the root of a running VE as its init sees it. @throws CodedError exec_failed when init has ended */
export async function insideRoot<T>(
  { guestTrees }: Pick<VePorts, 'guestTrees'>,
  { spec, runtime: { init } }: VeEntry,
  use: Parameters<VePorts['guestTrees']['within']>[1] extends (tree: infer Tree) => unknown
    ? (tree: Tree) => Promise<T>
    : never,
): Promise<T> {
  if (init === null) throw fault('exec_failed', { ve: spec.name, problem: 'its init has ended' });
  return await guestTrees.within(`/proc/${init.pid}/root`, use);
}

/** Where packages for a VE come from: as its template says, else from the suite that the VE itself names. */
async function packageSource(
  ports: Pick<VePorts, 'guestTrees' | 'packageSourceOf'>,
  entry: VeEntry,
): Promise<MmdebstrapSource> {
  const known = await ports.packageSourceOf(entry.spec.template);
  if (known !== null) return known;
  const release = await insideRoot(
    ports,
    entry,
    async (tree) => (await tree.readTextIfExists('/etc/os-release', { maxBytes: 65_536 })) ?? '',
  );
  const suite = /^VERSION_CODENAME="?([a-z][a-z0-9-]{0,40})"?$/m.exec(release)?.[1];
  if (suite === undefined) {
    const problem = 'neither its template nor its /etc/os-release names a suite of packages';
    throw fault('exec_failed', { ve: entry.spec.name, problem });
  }
  return {
    kind: 'mmdebstrap',
    suite,
    variant: 'minbase',
    components: ['main'],
    pockets: ['updates', 'security'],
  };
}

/** What the node's apt has to know of a VE and of what is to be installed in it. */
export async function packageRequest(
  ports: VePorts,
  entry: VeEntry,
  wanted: Pick<PackageRequest, 'application' | 'packages' | 'repositories' | 'signal'> & {
    readonly operationId: string;
  },
): Promise<PackageRequest> {
  const { operationId, ...request } = wanted;
  const { distribution } = await ports.templateOf(entry.spec.template);
  return {
    ...request,
    distribution,
    source: await packageSource(ports, entry),
    status: await packageStatus(ports, entry),
    scratch: `${ports.run.ve(entry.spec.uuid).dir}/packages-${operationId}`,
  };
}
