/** Where everything lies in a pool. Pure: paths only. */
export interface PoolLayout {
  readonly root: string;
  readonly layers: string;
  /** Data of files by their digest, shared by all layers. */
  readonly objects: string;
  readonly privateAreas: string;
  readonly staging: string;
  layer(name: string, version: string): LayerPaths;
  privateArea(uuid: string): PrivateAreaPaths;
  /** Where a private area lies between the decision to destroy it and the end of its removal. */
  doomedArea(uuid: string): string;
}

export interface LayerPaths {
  readonly dir: string;
  readonly root: string;
  readonly description: string;
  /** What is in the layer, by name: see store/manifest.ts. Plain layers have none. */
  readonly manifest: string;
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
  return {
    root,
    layers: `${root}/layers`,
    objects: `${root}/objects`,
    privateAreas,
    staging: `${root}/staging`,
    layer: (name, version) => {
      const dir = `${root}/layers/${name}@${version}`;
      return { dir, root: `${dir}/root`, description: `${dir}/layer.json`, manifest: `${dir}/manifest` };
    },
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
