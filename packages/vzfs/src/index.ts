export { idsPerVe, type LayerReference, type MountArgs, overlayOf, removeDoomedAreas, vzfsActions } from './actions.ts';
export { doomedPrefix, type LayerPaths, type PoolLayout, poolLayout, type PrivateAreaPaths } from './pool-layout.ts';
