import { fault, type TemplateVersion } from '@insula/contract';
import type { Host } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import { type BuildLayout, emptyRoot, type LayerKey, type TemplatePorts } from './build-layout.ts';
import type { Source } from './definition.ts';
import { installedPackages } from './guest-files.ts';
import { needed } from './host-tool.ts';

type StagingArgs = {
  readonly template: string;
  readonly minimumFreeBytes: number;
  readonly source: Source['kind'];
};
type LayerArgs = { readonly name: string; readonly version: string };
type PublishArgs = {
  readonly layer: Pick<
    TemplateVersion,
    'name' | 'version' | 'title' | 'distribution' | 'release' | 'init' | 'origin'
  >;
  /** With the same packages as this one the new layer would be of no use: it is dropped. */
  readonly unlessSameAs?: LayerArgs;
};

export const makeStaging = (
  { commands, files }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<StagingArgs> => ({
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

export const publishLayer = (
  { commands, contents, files }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<PublishArgs> => ({
  async do({ layer, unlessSameAs }, context) {
    const { signal } = context;
    const staging = layout.staging(context);
    await commands.run(['find', `${staging.root}/dev`, '-xdev', '-mindepth', '1', '-delete'], { signal });
    const packages = await installedPackages({ commands, files }, staging.root, signal);
    const list = packages.map((line) => `${line}\n`).join('');
    if (unlessSameAs !== undefined && list === (await packagesOf(files, layout, unlessSameAs))) {
      const { name, version } = unlessSameAs;
      context.log(`nothing has changed since ${name}@${version}: no new version`);
      return await files.removeTree(staging.dir);
    }
    await files.writeAtomic(`${staging.layer}/packages.txt`, list);
    const {
      bytes,
      files: count,
      digest,
    } = await contents.seal(staging.layer, {
      signal,
      progress: (fraction) => context.progress(0.9 * fraction, 'storing files'),
    });
    const createdAt = new Date().toISOString();
    const description: TemplateVersion = {
      ...layer,
      bytes,
      files: count,
      createdAt,
      ...(digest === null ? {} : { digest }),
    };
    await files.writeAtomic(`${staging.layer}/layer.json`, `${JSON.stringify(description, null, 2)}\n`);
    // the rename makes it a layer: all of it must be on disk by then
    await commands.run(['sync', '--file-system', staging.layer], { signal });
    await files.makeDir(layout.layers);
    await files.rename(staging.layer, layout.layer(layer));
    await files.removeTree(staging.dir);
  },
  undo: async ({ layer }, context) => await takeAway(files, layout, layer, context),
});

const packagesOf = async (files: Host['files'], layout: BuildLayout, layer: LayerKey) =>
  await files.readTextIfExists(`${layout.layer(layer)}/packages.txt`);

export const verifyTemplate = ({
  contents,
}: TemplatePorts): StepHandler<LayerArgs & { readonly digest: string | null }> => ({
  async do(args, context) {
    const { signal } = context;
    const progress = (fraction: number) => context.progress(fraction);
    const found = await contents.verify(args, { signal, progress });
    for (const { path, problem } of found.problems.slice(0, loggedProblems))
      context.log(`${path} ${problem}`);
    const verification = { template: `${args.name}@${args.version}`, ...found };
    context.output(verification);
  },
});

/** The result holds all. */
const loggedProblems = 20;

export const removeLayer = ({ files }: TemplatePorts, layout: BuildLayout): StepHandler<LayerArgs> => ({
  do: async (args, context) => await takeAway(files, layout, args, context),
});

/** Removes a layer: one rename makes it none, whatever happens while its files go. */
async function takeAway(
  files: Host['files'],
  layout: BuildLayout,
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
