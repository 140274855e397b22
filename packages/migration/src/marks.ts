import type { Files } from '@insula/host';
import type { PoolLayout } from '@insula/vzfs';

/** In the private area of a VE that was handed over: it is another node's from the moment this file is there. */
export interface HandedOver {
  readonly id: string;
  readonly node: string;
}

export function handedOverPath(pool: PoolLayout, uuid: string): string {
  return `${pool.privateArea(uuid).dir}/handed-over.json`;
}

/** @throws SyntaxError for a file that is none: then nobody may run the VE */
export async function readHandedOver(
  files: Pick<Files, 'readTextIfExists'>,
  pool: PoolLayout,
  uuid: string,
): Promise<HandedOver | null> {
  const text = await files.readTextIfExists(handedOverPath(pool, uuid));
  return text === null ? null : (JSON.parse(text) as HandedOver);
}

/** Where layers of an arriving VE lie until they are whole. */
export const arrivalStaging = (pool: PoolLayout, id: string): string => `${pool.staging}/arrival-${id}`;

/** Memory of a VE that was sent ahead, on both nodes, until its processes are restored or the migration is given up. */
export function memoryCopy(pool: PoolLayout, uuid: string): string {
  return `${pool.privateArea(uuid).dir}/memory.copy`;
}
