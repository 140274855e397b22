import { chooseNameServers, compileGuestFiles, guestFileContent, nodeResolverFiles } from '@insula/network';
import type { StepHandler } from '@insula/operations';
import { controllersNeeded } from '@insula/resources';
import { compileOciConfig } from '../oci/compile.ts';
import { type VisibleFiles, visibleFiles } from '../oci/visible-files.ts';
import type { VePorts } from '../ports.ts';

type UuidArgs = { readonly uuid: string };
export type WriteBundleArgs = {
  readonly uuid: string;
  /** For a restore: see OciHost. */
  readonly gate?: string;
};

/** Steps that prepare a start: cgroups, files inside that the node writes, and the OCI bundle. */
export function preparationActions(ports: VePorts) {
  const { cgroups, config, files, groups, guestTrees, mounts, registry, run, sysctls } = ports;

  /** Only VE root, whose first process walks down to the mounted root, may enter the folder: other users of the host have no business there. */
  const makeRunDir: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      const { spec } = registry.find(uuid);
      const { dir } = run.ve(uuid);
      await files.makeDir(dir, { mode: 0o710 });
      await files.changeOwner(dir, 0, spec.idBase);
    },
    undo: async ({ uuid }) => await files.removeTree(run.ve(uuid).dir),
  };

  const makeCgroups: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      const { spec } = registry.find(uuid);
      const { layout } = await cgroups.describe();
      const controllers = controllersNeeded(layout);
      await cgroups.create(groups.outer(spec.ctid), { controllers });
      await cgroups.create(groups.payload(spec.ctid), { controllers });
      await cgroups.delegate(groups.payload(spec.ctid), spec.idBase);
      await cgroups.create(groups.monitor(spec.ctid), { controllers: [] });
      // conmon and then init are moved into them, once the rest is prepared
      void cgroups.expectMoves();
    },
    undo: async ({ uuid }) => await removeCgroups.do({ uuid }),
  };

  const removeCgroups = {
    async do({ uuid }: UuidArgs) {
      const entry = registry.get(uuid);
      if (entry === undefined) return;
      await cgroups.remove(groups.outer(entry.spec.ctid));
      await cgroups.remove(groups.monitor(entry.spec.ctid));
    },
  } satisfies StepHandler<UuidArgs>;

  const writeIdentity: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      const { spec } = registry.find(uuid);
      const template = await ports.templateOf(spec.template);
      const nodeResolvers = await Promise.all(
        nodeResolverFiles.map(async (path) => await files.readTextIfExists(path)),
      );
      const { dns, names, gateway } = config.network;
      const node = names.enabled ? [gateway] : dns;
      const servers = chooseNameServers({ ve: spec.dns.servers, node, nodeResolvers });
      const wanted = compileGuestFiles({
        hostname: spec.hostname,
        dns: { servers, search: spec.dns.search },
        addresses: spec.addresses,
        interfaces: spec.interfaces,
        gateway,
        gateway6: config.network.gateway6,
        distribution: template.distribution,
      });
      await guestTrees.within(run.ve(uuid).root, async (tree) => {
        for (const file of wanted) {
          const present = await tree.readTextIfExists(file.path, { maxBytes: 1_048_576 });
          const content = guestFileContent(file, present);
          if (content === null) continue;
          await tree.writeFile(file.path, content, { uid: spec.idBase, gid: spec.idBase, mode: file.mode });
        }
      });
    },
  };

  const writeBundle: StepHandler<WriteBundleArgs> = {
    async do({ uuid, gate }) {
      const { spec } = registry.find(uuid);
      const paths = run.ve(uuid);
      const oci = compileOciConfig(spec, {
        root: paths.root,
        cgroupsPath: `/${groups.payload(spec.ctid)}`,
        architecture: ports.architecture,
        processLimits: ports.processLimits,
        criuConfig: paths.criuConfig,
        ...(gate === undefined ? {} : { gate }),
        visible: await findVisibleFiles(),
        hasMptcp: (await sysctls.read('net.mptcp.enabled')) !== null,
      });
      await files.makeDir(paths.bundle);
      await files.writeAtomic(paths.config, JSON.stringify(oci), { durable: false });
    },
    undo: async ({ uuid }) => await files.removeTree(run.ve(uuid).bundle),
  };

  /** An lxcfs that does not run, or died, is no reason not to start a VE: it sees the host's files then. */
  async function findVisibleFiles(): Promise<VisibleFiles> {
    const { lxcfs } = config;
    if (!(await mounts.isMounted(lxcfs))) return { lxcfs, files: [] };
    const there = await Promise.all(
      visibleFiles.map(async (path) => (await files.exists(`${lxcfs}${path}`).catch(() => false)) && path),
    );
    return { lxcfs, files: there.filter((path) => path !== false) };
  }

  /** Nothing of the run is left but what the private area keeps. */
  const removeRunDir: StepHandler<UuidArgs> = {
    do: async ({ uuid }) => await files.removeTree(run.ve(uuid).dir),
  };

  return {
    'make-run-dir': makeRunDir,
    'make-cgroups': makeCgroups,
    'remove-cgroups': removeCgroups as StepHandler<UuidArgs>,
    'write-identity': writeIdentity,
    'write-bundle': writeBundle,
    'remove-run-dir': removeRunDir,
  };
}
