import type { ParameterValues } from '@insula/contract';
import type { Files, ProcessIdentity } from '@insula/host';

/** What the run directory remembers of a running VE, for the daemon that comes after this one. */
export interface RunRecord {
  readonly init: ProcessIdentity;
  readonly conmon: ProcessIdentity | null;
  readonly startedAt: string;
  /** Parameters that were changed for this run alone. */
  readonly parameters?: ParameterValues;
}

/** The record of a VE's run; null when there is none, or it is of no use. */
export async function readRunRecord(files: Files, path: string): Promise<RunRecord | null> {
  const text = await files.readTextIfExists(path);
  if (text === null) return null;
  try {
    const record = JSON.parse(text) as RunRecord;
    return Number.isInteger(record.init.pid) && Number.isInteger(record.init.startTime) ? record : null;
  } catch {
    return null;
  }
}

export async function writeRunRecord(files: Files, path: string, record: RunRecord): Promise<void> {
  await files.writeAtomic(path, `${JSON.stringify(record)}\n`, { durable: false });
}
