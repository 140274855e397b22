import { fault, type VolumeLayout } from '@insula/contract';
import type { StepHandler } from '@insula/operations';
import type { Repository } from './applications/application.ts';
import { type AreaLayer, type BuildLayout, emptyRoot, type TemplatePorts } from './build-layout.ts';
import { appletPaths, busyboxPath, makeBusyboxSystem } from './busybox-system.ts';
import type { MmdebstrapSource, Source } from './definition.ts';
import { needed } from './host-tool.ts';
import { installPackages } from './install-packages.ts';

type TemplateArgs = { readonly template: string };
type LayerArgs = TemplateArgs & { readonly name: string; readonly version: string };
type PackagesArgs = TemplateArgs & {
  readonly source: Source;
  readonly distribution: string;
  readonly architecture?: string;
  readonly packages: readonly string[];
  readonly repositories?: readonly Repository[];
};

export const bootstrapSystem = (ports: TemplatePorts, layout: BuildLayout): StepHandler<PackagesArgs> => ({
  async do(args, context) {
    const source = packageSource(args);
    const root = await emptyRoot(ports.files, layout, context);
    await installPackages(ports, { ...args, source, mode: 'bootstrap', root, context });
  },
});

export const copyLayer = (
  { contents, files }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<LayerArgs> => ({
  async do(args, context) {
    const from = `${layout.layer(args)}/root`;
    if (!(await files.exists(from))) {
      throw fault('template_damaged', {
        template: `${args.name}@${args.version}`,
        problem: `${from} is missing`,
      });
    }
    const { root, parent } = layout.staging(context);
    await files.removeTree(root);
    await contents.withTree(args, parent, async (tree) => {
      await files.copyTree(tree, root, { signal: context.signal });
    });
  },
  undo: async (_args, context) => await contents.dropView(layout.staging(context).parent),
});

type AreaArgs = TemplateArgs & {
  readonly uuid: string;
  readonly layout: VolumeLayout;
  readonly layers: readonly AreaLayer[];
};

/** Takes the files of a VE as a system: what is of this run, or of this VE only, is taken away by others. */
export const copyArea = ({ contents, files }: TemplatePorts, layout: BuildLayout): StepHandler<AreaArgs> => ({
  async do({ uuid, layout: volume, layers }, context) {
    const { root, parent } = layout.staging(context);
    await files.removeTree(root);
    await contents.withArea({ uuid, layout: volume, layers }, parent, async (tree) => {
      await files.copyTree(tree, root, { signal: context.signal });
    });
  },
  undo: async (_args, context) => await contents.dropView(layout.staging(context).parent),
});

export const installMore = (ports: TemplatePorts, layout: BuildLayout): StepHandler<PackagesArgs> => ({
  async do(args, context) {
    const { root } = layout.staging(context);
    await installPackages(ports, { ...args, source: packageSource(args), mode: 'install', root, context });
  },
});

export const installBusybox = (ports: TemplatePorts, layout: BuildLayout): StepHandler<TemplateArgs> => ({
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

function packageSource({ source, template }: PackagesArgs): MmdebstrapSource {
  if (source.kind === 'mmdebstrap') return source;
  if (source.kind !== 'busybox' && source.packagesFrom !== undefined)
    return { kind: 'mmdebstrap', variant: 'minbase', ...source.packagesFrom };
  throw fault('internal', { problem: `the system of ${template} has no packages` });
}
