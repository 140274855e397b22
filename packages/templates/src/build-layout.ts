import type { Host } from '@insula/host';
import type { StepContext } from '@insula/operations';

export interface TemplatePorts extends Pick<Host, 'commands' | 'files' | 'guestTrees'> {
  /** Directories on one file system: a layer is built below `staging` and renamed into `layers`. */
  readonly pool: { readonly layers: string; readonly staging: string };
  /** Directory for packages that are kept between builds. */
  readonly cache: string;
}

export interface LayerKey {
  readonly name: string;
  readonly version: string;
}

export type BuildLayout = ReturnType<typeof buildLayout>;

/** Where everything of a build lies. Pure: paths only. */
export const buildLayout = ({ pool }: Pick<TemplatePorts, 'pool'>) => ({
  layers: pool.layers,
  allStaging: pool.staging,
  layer: ({ name, version }: LayerKey): string => `${pool.layers}/${name}@${version}`,
  staging: ({ operationId }: StepContext) => {
    const dir = `${pool.staging}/${operationId}`;
    return { dir, layer: `${dir}/layer`, root: `${dir}/layer/root`, lock: `${dir}/lock` };
  },
});

/** The directory of the new system, empty: an earlier try may have left a part. */
export async function emptyRoot(
  files: Host['files'],
  layout: BuildLayout,
  context: StepContext,
): Promise<string> {
  const { layer, root } = layout.staging(context);
  await files.removeTree(root);
  await files.makeDir(layer);
  await files.makeDir(root, { mode: 0o755 });
  return root;
}
