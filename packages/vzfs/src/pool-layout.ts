/** Where everything lies in a pool. Pure: paths only. */
export interface PoolLayout {
  readonly root: string;
  readonly layers: string;
  /** Layers that belong to VEs and their snapshots, by digest. */
  readonly ownLayers: string;
  /** Data of files by their digest, shared by all layers. */
  readonly objects: string;
  readonly privateAreas: string;
  readonly staging: string;
  layer(name: string, version: string): LayerPaths;
  ownLayer(digest: string): OwnLayerPaths;
  /** Where the layer that somebody names lies. */
  layerOf(reference: LayerReference): OwnLayerPaths;
  privateArea(uuid: string): PrivateAreaPaths;
  /** Where a private area lies between the decision to destroy it and the end of its removal. */
  doomedArea(uuid: string): string;
}

/** A layer of a template by its name, or one of a VE's own by its identity: `sha256:` and the digest of its manifest. */
export type LayerReference =
  | { readonly name: string; readonly version: string }
  | { readonly digest: string };

export interface OwnLayerPaths {
  readonly dir: string;
  readonly root: string;
  /** What is in the layer, by name: see store/manifest.ts. Plain layers have none. */
  readonly manifest: string;
}

export interface LayerPaths extends OwnLayerPaths {
  readonly description: string;
}

export interface PrivateAreaPaths {
  readonly dir: string;
  readonly spec: string;
  readonly state: string;
  /** What the VE has sent and received. */
  readonly traffic: string;
  /** The volume with what the VE changed; see volumes/volume.ts. */
  readonly volume: string;
  readonly upper: string;
  readonly work: string;
  /** In the volume: the changed files of a root that takes the place of the other, those of the one before, and those on their way out. */
  readonly nextUpper: string;
  readonly previousUpper: string;
  readonly doomedUpper: string;
  /** Where a root is looked at that does not run. */
  readonly view: string;
  /** Digests of the files that the VE changed, as they were last read; see own-layers/changes-index.ts. */
  readonly changesIndex: string;
  /** The volume that is about to take the place of the other, and the one whose place was taken. */
  readonly nextVolume: string;
  readonly previousVolume: string;
  readonly snapshots: string;
  /** The processes of a suspended VE; there only while it is suspended. */
  readonly checkpoint: string;
  readonly consoleLog: string;
  readonly bootLog: string;
  readonly previousConsoleLog: string;
  readonly previousBootLog: string;
}

/** Folders whose name begins so are on their way out; nothing but their removal looks at them. */
export const doomedPrefix = '.doomed-';

/** The layout of the pool at an absolute path. */
export function poolLayout(root: string): PoolLayout {
  const privateAreas = `${root}/private`;
  const layer = (name: string, version: string): LayerPaths => {
    const dir = `${root}/layers/${name}@${version}`;
    return { dir, root: `${dir}/root`, description: `${dir}/layer.json`, manifest: `${dir}/manifest` };
  };
  const ownLayer = (digest: string): OwnLayerPaths => {
    const dir = `${root}/own-layers/${digest.slice('sha256:'.length)}`;
    return { dir, root: `${dir}/root`, manifest: `${dir}/manifest` };
  };
  return {
    root,
    layers: `${root}/layers`,
    ownLayers: `${root}/own-layers`,
    objects: `${root}/objects`,
    privateAreas,
    staging: `${root}/staging`,
    layer,
    ownLayer,
    layerOf: (reference) =>
      'digest' in reference ? ownLayer(reference.digest) : layer(reference.name, reference.version),
    privateArea: (uuid) => {
      const dir = `${privateAreas}/${uuid}`;
      return {
        dir,
        spec: `${dir}/ve.json`,
        state: `${dir}/state.json`,
        traffic: `${dir}/traffic.json`,
        volume: `${dir}/fs`,
        upper: `${dir}/fs/upper`,
        work: `${dir}/fs/work`,
        nextUpper: `${dir}/fs/next`,
        previousUpper: `${dir}/fs/previous`,
        doomedUpper: `${dir}/fs/doomed`,
        view: `${dir}/view`,
        changesIndex: `${dir}/changes.index`,
        nextVolume: `${dir}/fs.next`,
        previousVolume: `${dir}/fs.previous`,
        snapshots: `${dir}/snapshots`,
        checkpoint: `${dir}/checkpoint`,
        consoleLog: `${dir}/console.log`,
        bootLog: `${dir}/boot.log`,
        previousConsoleLog: `${dir}/console.previous.log`,
        previousBootLog: `${dir}/boot.previous.log`,
      };
    },
    doomedArea: (uuid) => `${privateAreas}/${doomedPrefix}${uuid}`,
  };
}
