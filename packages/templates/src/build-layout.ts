import type { TemplateDiff, TemplateVerification, VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import type { StepContext } from '@insula/operations';

/** How a finished tree becomes a layer of the pool, and how a layer is read as a tree again. */
export interface LayerContents {
  /** Prepares the tree `root` in a layer's directory for good. @returns its size, and its identity if it has one */
  seal(
    layerDir: string,
    options: { readonly signal: AbortSignal; readonly progress: (fraction: number) => void },
  ): Promise<{ readonly bytes: number; readonly files: number; readonly digest: string | null }>;
  /** Calls `use` with a path at which a layer shows its files, read-only. `scratch` is an empty place for it. */
  withTree(layer: LayerKey, scratch: string, use: (root: string) => Promise<void>): Promise<void>;
  /** As `withTree`, of the files of a VE: its changes over its layers, the topmost first. */
  withArea(
    area: { readonly uuid: string; readonly layout: VolumeLayout; readonly layers: readonly AreaLayer[] },
    scratch: string,
    use: (root: string) => Promise<void>,
  ): Promise<void>;
  /** Takes away what an interrupted `withTree` or `withArea` left. */
  dropView(scratch: string): Promise<void>;
  /** Reads a layer from one end to the other and tells what is not as it was made. */
  verify(
    layer: LayerKey & { readonly digest: string | null },
    options: { readonly signal: AbortSignal; readonly progress: (fraction: number) => void },
  ): Promise<Omit<TemplateVerification, 'template' | 'problems'> & Readonly<Problems>>;
  /** The names in which one layer differs from another. */
  compare(
    from: LayerKey,
    to: LayerKey,
    options: { readonly signal: AbortSignal },
  ): Promise<readonly TemplateDiff['files'][number][]>;
  /** What of a layer has to travel beside its own directory; null for one that does not. */
  archiveParts(layer: LayerKey): Promise<ArchiveParts | null>;
  /**
   * Makes a layer of what came from elsewhere: `manifest` and `objects` in its directory. Nothing of it is believed.
   * @throws CodedError archive_refused
   */
  restore(
    layerDir: string,
    options: {
      readonly archive: string;
      readonly signal: AbortSignal;
      readonly progress: (fraction: number) => void;
    },
  ): Promise<{ readonly bytes: number; readonly files: number; readonly digest: string }>;
}

/** A layer of a VE: of a template, or of its own. */
export type AreaLayer = LayerKey | { readonly digest: string };

export interface ArchiveParts {
  /** Directory of the object store. */
  readonly store: string;
  /** Paths of the layer's objects below it. */
  readonly objects: readonly string[];
}

interface Problems {
  readonly problems: readonly TemplateVerification['problems'][number][];
}

export interface TemplatePorts extends Pick<Host, 'commands' | 'files' | 'guestTrees'> {
  readonly trees: Pick<Host['trees'], 'digestFile'>;
  /** Directories on one file system: a layer is built below `staging` and renamed into `layers`. */
  readonly pool: { readonly layers: string; readonly staging: string };
  readonly contents: LayerContents;
  /** Of this machine, as Node names it. */
  readonly architecture: string;
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
    return {
      dir,
      layer: `${dir}/layer`,
      root: `${dir}/layer/root`,
      lock: `${dir}/lock`,
      parent: `${dir}/parent`,
      unpacked: `${dir}/unpacked`,
      image: `${dir}/image`,
    };
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
