import type { VeSpec } from '@insula/contract';
import type { LayerReference } from '../pool-layout.ts';

/** Everything that lies below the changed files of a VE, the topmost first: layers of its own, then its template. */
export function layersOf({ layers, template }: Pick<VeSpec, 'layers' | 'template'>): LayerReference[] {
  const { name, version } = template;
  return [...layers.map((digest) => ({ digest })), { name, version }];
}
