import { fault, firstCtid, lastCtid, lastIdBase, type NodeConfig } from '@insula/contract';
import { idsPerVe } from '@insula/vzfs';

/** The lowest free CTID. @throws CodedError no_ctid */
export function nextCtid(used: ReadonlySet<number>): number {
  for (let ctid = firstCtid; ctid <= lastCtid; ctid += 1) if (!used.has(ctid)) return ctid;
  throw fault('no_ctid');
}

/** The lowest free range of 65,536 host ids, by its first id. @throws CodedError no_id_range */
export function nextIdBase(range: NodeConfig['idRange'], used: ReadonlySet<number>): number {
  const end = Math.min(range.first + range.count * idsPerVe, lastIdBase + idsPerVe);
  for (let base = range.first; base < end; base += idsPerVe) if (!used.has(base)) return base;
  throw fault('no_id_range');
}
