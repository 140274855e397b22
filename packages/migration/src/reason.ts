import { asCodedError, fault } from '@insula/contract';
import type { OperationRecord } from '@insula/operations';

interface ReasonPorts {
  readonly nodeName: string;
  /** The operation here that belongs to a migration, by the source's id. */
  arrivalOperation(id: string): OperationRecord | undefined;
  finished(id: string): Promise<OperationRecord>;
}

/** What somebody is told who asks for a migration that is no longer under way here. */
const ended: readonly string[] = ['migration_unknown', 'migration_ended'];

/**
 * Does what the other node of a migration wants. If the migration was given up here meanwhile that node hears why, instead of that
 * there is none.
 * @throws CodedError migration_failed with the reason; else what the work fails with
 */
export async function withReason<Result>(
  ports: ReasonPorts,
  { id, peer }: { readonly id: string; readonly peer: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const record = ports.arrivalOperation(id);
    const isOfPeer = (record?.input as { readonly peer?: unknown } | undefined)?.peer === peer;
    if (record === undefined || !isOfPeer || !ended.includes(asCodedError(error).code)) throw error;
    const { error: reason } = await ports.finished(record.id);
    if (reason === null || ended.includes(reason.code)) throw error;
    throw fault('migration_failed', { node: ports.nodeName, problem: reason.detail }, { cause: error });
  }
}
