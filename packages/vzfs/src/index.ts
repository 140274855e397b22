export { vzfsActions } from './actions.ts';
export type { VolumeSource } from './areas/copy-actions.ts';
export { mountView } from './areas/mount-view.ts';
export { removeDoomedAreas } from './areas/remove-area.ts';
export { resetIdentity } from './areas/reset-identity.ts';
export { idsPerVe, type MountArgs, overlayOf } from './areas/root-actions.ts';
export { areaChanges } from './own-layers/area-changes.ts';
export { layersOf } from './own-layers/layers-of.ts';
export {
  expectOwnLayer,
  hasOwnLayer,
  ownLayerManifest,
  takeOwnLayer,
} from './own-layers/receive-own-layer.ts';
export { layersAfter } from './own-layers/relocation.ts';
export {
  doomedPrefix,
  type LayerPaths,
  type LayerReference,
  type PoolLayout,
  type PrivateAreaPaths,
  poolLayout,
} from './pool-layout.ts';
export { diffSnapshot } from './snapshots/diff-snapshot.ts';
export {
  currentSnapshot,
  findSnapshot,
  listSnapshots,
  snapshotPaths,
  viewSnapshots,
} from './snapshots/snapshot-records.ts';
export { layerContents } from './store/layer-contents.ts';
export { measureStore, privateBytes } from './store/measure-store.ts';
export { type SealedLayer, type SealOptions, sealLayer } from './store/seal-layer.ts';
export { layersLock, storeActions, storeKinds, storeLock } from './store/store-kinds.ts';
export { removeVolume } from './volumes/remove-volume.ts';
export type { VolumeLimits, VolumeUsage } from './volumes/volume.ts';
export { chooseLayout, volumeStores } from './volumes/volume-stores.ts';
