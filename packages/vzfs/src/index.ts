export {
  idsPerVe,
  type LayerReference,
  type MountArgs,
  overlayOf,
  removeDoomedAreas,
  vzfsActions,
} from './actions.ts';
export {
  doomedPrefix,
  type LayerPaths,
  type PoolLayout,
  type PrivateAreaPaths,
  poolLayout,
} from './pool-layout.ts';
export { layerContents } from './store/layer-contents.ts';
export { measureStore } from './store/measure-store.ts';
export { type SealedLayer, type SealOptions, sealLayer } from './store/seal-layer.ts';
export { storeActions, storeKinds, storeLock } from './store/store-kinds.ts';
