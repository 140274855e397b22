import { fault, firstCtid, lastCtid, type NodeConfig } from '@insula/contract';
import { idsPerVe } from '@insula/vzfs';

/** The lowest free CTID. @throws CodedError no_ctid */
export function nextCtid(used: ReadonlySet<number>): number {
  for (let ctid = firstCtid; ctid <= lastCtid; ctid += 1) if (!used.has(ctid)) return ctid;
  throw fault('no_ctid');
}

/** The lowest free range of 65,536 host ids, by its first id. @throws CodedError no_id_range */
export function nextIdBase(range: NodeConfig['idRange'], used: ReadonlySet<number>): number {
  for (let index = 0; index < range.count; index += 1) {
    const base = range.first + index * idsPerVe;
    if (!used.has(base)) return base;
  }
  throw fault('no_id_range');
}
