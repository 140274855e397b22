import { fault, type TemplateVersion } from '@insula/contract';
import { CommandFailed, type Host } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import { appletPaths, busyboxPath, makeBusyboxSystem } from './busybox-system.ts';
import type { GuestFile, GuestScript, Source } from './definition.ts';
import { installedPackages, measureFiles, writeGuestFile } from './guest-files.ts';
import { installPackages } from './install-packages.ts';
import { isolated } from './isolation.ts';
import { runBuildTool } from './run-build-tool.ts';

export interface TemplatePorts extends Pick<Host, 'commands' | 'files' | 'guestTrees'> {
  /** Directories on one file system: a layer is built below `staging` and renamed into `layers`. */
  readonly pool: { readonly layers: string; readonly staging: string };
  /** Directory for packages that are kept between builds. */
  readonly cache: string;
}

interface LayerKey {
  readonly name: string;
  readonly version: string;
}
type TemplateArgs = { readonly template: string };
type StagingArgs = TemplateArgs & { readonly minimumFreeBytes: number; readonly source: Source['kind'] };
type LayerArgs = { readonly name: string; readonly version: string };
type PackagesArgs = TemplateArgs & {
  readonly source: Source;
  readonly distribution: string;
  readonly architecture?: string;
  readonly packages: readonly string[];
};
type PublishArgs = {
  readonly layer: Pick<TemplateVersion, 'name' | 'version' | 'title' | 'distribution' | 'release' | 'init'>;
};

export type TemplateHandlers = ReturnType<typeof templateActions>;

/** Step handlers that make and remove layers. What they make lies below `staging/<operation id>` until it is published. */
export function templateActions(ports: TemplatePorts) {
  const layout = layoutOf(ports);
  return {
    'make-template-staging': makeStaging(ports, layout),
    'bootstrap-system': bootstrapSystem(ports, layout),
    'copy-layer': copyLayer(ports, layout),
    'install-packages': installMore(ports, layout),
    'install-busybox': installBusybox(ports, layout),
    'write-guest-files': writeGuestFiles(ports, layout),
    'run-guest-scripts': runGuestScripts(ports, layout),
    'publish-layer': publishLayer(ports, layout),
    'remove-layer': removeLayer(ports, layout),
  };
}

type Layout = ReturnType<typeof layoutOf>;

const layoutOf = ({ pool }: TemplatePorts) => ({
  layers: pool.layers,
  allStaging: pool.staging,
  layer: ({ name, version }: LayerKey): string => `${pool.layers}/${name}@${version}`,
  staging: ({ operationId }: StepContext) => {
    const dir = `${pool.staging}/${operationId}`;
    return { dir, layer: `${dir}/layer`, root: `${dir}/layer/root`, lock: `${dir}/lock` };
  },
});

const makeStaging = ({ commands, files }: TemplatePorts, layout: Layout): StepHandler<StagingArgs> => ({
  async do({ minimumFreeBytes, source }, context) {
    if (source === 'mmdebstrap') {
      const consequence = 'templates of this distribution cannot be built';
      const lacking = { feature: 'mmdebstrap', consequence, remedy: 'install the package mmdebstrap' };
      await needed(
        lacking,
        async () => await commands.run(['mmdebstrap', '--version'], { signal: context.signal }),
      );
    }
    await files.makeDir(layout.allStaging);
    const { availableBytes } = await files.fileSystem(layout.allStaging);
    if (availableBytes < minimumFreeBytes) {
      throw fault('no_space', { path: layout.allStaging, free: availableBytes, needed: minimumFreeBytes });
    }
    await emptyRoot(files, layout, context);
  },
  undo: async (_args, context) => await files.removeTree(layout.staging(context).dir),
});

const bootstrapSystem = (ports: TemplatePorts, layout: Layout): StepHandler<PackagesArgs> => ({
  async do(args, context) {
    const source = packageSource(args);
    const root = await emptyRoot(ports.files, layout, context);
    await installPackages(ports, { ...args, source, mode: 'bootstrap', root, context });
  },
});

const copyLayer = ({ files }: TemplatePorts, layout: Layout): StepHandler<TemplateArgs & LayerArgs> => ({
  async do(args, context) {
    const from = `${layout.layer(args)}/root`;
    if (!(await files.exists(from))) {
      throw fault('template_damaged', {
        template: `${args.name}@${args.version}`,
        problem: `${from} is missing`,
      });
    }
    const { root } = layout.staging(context);
    await files.removeTree(root);
    await files.copyTree(from, root, { signal: context.signal });
  },
});

const installMore = (ports: TemplatePorts, layout: Layout): StepHandler<PackagesArgs> => ({
  async do(args, context) {
    const { root } = layout.staging(context);
    await installPackages(ports, { ...args, source: packageSource(args), mode: 'install', root, context });
  },
});

const installBusybox = (ports: TemplatePorts, layout: Layout): StepHandler<TemplateArgs> => ({
  async do(_args, context) {
    const { commands, files, guestTrees } = ports;
    const { signal } = context;
    const root = await emptyRoot(files, layout, context);
    const binary = '/bin/busybox';
    const lacking = {
      feature: `a statically linked ${binary}`,
      consequence: 'the template busybox cannot be built',
      remedy: 'install the package busybox-static',
    };
    await needed(lacking, async () => {
      const { stdout } = await commands.run([binary, '--list-full'], { signal });
      await guestTrees.within(root, async (tree) => await makeBusyboxSystem(tree, appletPaths(stdout)));
      await commands.run(['install', '--mode=0755', binary, `${root}${busyboxPath}`], { signal });
      // a dynamically linked one would not find its libraries in there
      await commands.run(['chroot', root, busyboxPath, 'true'], { signal });
    });
  },
});

const writeGuestFiles = (
  { guestTrees }: TemplatePorts,
  layout: Layout,
): StepHandler<TemplateArgs & { readonly files: readonly GuestFile[] }> => ({
  async do(args, context) {
    await guestTrees.within(layout.staging(context).root, async (tree) => {
      for (const file of args.files) await writeGuestFile(tree, file);
    });
  },
});

/** Device nodes that a script expects; a layer holds none, since the node gives every VE its own. */
const scriptDevices = { null: 3, zero: 5, full: 7, random: 8, urandom: 9 } as const;

const runGuestScripts = (
  { commands, files }: TemplatePorts,
  layout: Layout,
): StepHandler<TemplateArgs & { readonly scripts: readonly GuestScript[] }> => ({
  async do({ template, scripts }, context) {
    const { root, lock } = layout.staging(context);
    const { signal } = context;
    for (const [name, minor] of Object.entries(scriptDevices)) {
      const path = `${root}/dev/${name}`;
      if (await files.exists(path)) continue;
      await commands.run(['mknod', '--mode=0666', path, 'c', '1', String(minor)], { signal });
    }
    for (const [index, script] of scripts.entries()) {
      context.progress(index / scripts.length, script.title);
      await runBuildTool({
        commands,
        argv: isolated(lock, [`--root=${root}`, '--mount-proc'], ['/bin/sh', '-euc', script.run]),
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        signal,
        line: (line) => context.log(line),
        template,
        what: `the script "${script.title}"`,
      });
    }
  },
});

const publishLayer = ({ commands, files }: TemplatePorts, layout: Layout): StepHandler<PublishArgs> => ({
  async do({ layer }, context) {
    const { signal } = context;
    const staging = layout.staging(context);
    await commands.run(['find', `${staging.root}/dev`, '-xdev', '-mindepth', '1', '-delete'], { signal });
    const listing = ['find', staging.root, '-xdev', '-type', 'f', '-printf', '%i %s\\n'];
    const { stdout } = await commands.run(listing, { signal });
    const createdAt = new Date().toISOString();
    const manifest: TemplateVersion = { ...layer, ...measureFiles(stdout), createdAt };
    const packages = await installedPackages({ commands, files }, staging.root, signal);
    await files.writeAtomic(`${staging.layer}/packages.txt`, packages.map((line) => `${line}\n`).join(''));
    await files.writeAtomic(`${staging.layer}/layer.json`, `${JSON.stringify(manifest, null, 2)}\n`);
    context.progress(0.3, 'writing to disk');
    // the rename makes it a layer: all of it must be on disk by then
    await commands.run(['sync', '--file-system', staging.layer], { signal });
    await files.makeDir(layout.layers);
    await files.rename(staging.layer, layout.layer(layer));
    await files.removeTree(staging.dir);
  },
  undo: async ({ layer }, context) => await takeAway(files, layout, layer, context),
});

const removeLayer = ({ files }: TemplatePorts, layout: Layout): StepHandler<LayerArgs> => ({
  do: async (args, context) => await takeAway(files, layout, args, context),
});

/** Removes a layer: one rename makes it none, whatever happens while its files go. */
async function takeAway(
  files: Host['files'],
  layout: Layout,
  layer: LayerKey,
  context: StepContext,
): Promise<void> {
  const { dir } = layout.staging(context);
  if (await files.exists(layout.layer(layer))) {
    const aside = `${dir}/removed`;
    await files.removeTree(aside);
    await files.makeDir(dir);
    await files.rename(layout.layer(layer), aside);
  }
  await files.removeTree(dir);
}

/** The directory of the new system, empty: an earlier try may have left a part. */
async function emptyRoot(files: Host['files'], layout: Layout, context: StepContext): Promise<string> {
  const { layer, root } = layout.staging(context);
  await files.removeTree(root);
  await files.makeDir(layer);
  await files.makeDir(root, { mode: 0o755 });
  return root;
}

function packageSource({ source, template }: PackagesArgs) {
  if (source.kind === 'mmdebstrap') return source;
  throw fault('internal', { problem: `the system of ${template} has no packages` });
}

type Lacking = { readonly feature: string; readonly consequence: string; readonly remedy: string };

/** Runs what stands or falls with a tool of the host. @throws CodedError host_lacks */
async function needed(lacking: Lacking, use: () => Promise<unknown>): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.isCanceled) throw error;
    throw fault('host_lacks', lacking, { cause: error });
  }
}
