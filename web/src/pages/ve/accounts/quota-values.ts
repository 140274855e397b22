import {
  CodedError,
  fault,
  findParameter,
  formatAmount,
  type GuestQuota,
  type GuestQuotaChange,
  type ParameterRow,
  parseAmount,
} from '@insula/contract';

/** The limits of a quota: those of space are typed as sizes, those of files as counts. */
export const limitFields = ['bytes', 'softBytes', 'inodes', 'softInodes'] as const;
export type LimitField = (typeof limitFields)[number];

const isSpace = (field: LimitField) => field === 'bytes' || field === 'softBytes';

/** A limit is written as the one on the disk of the whole VE; one of a user may be as small as one likes. */
function rowOf(field: LimitField): ParameterRow {
  const row = findParameter(isSpace(field) ? 'diskspace' : 'diskinodes') as ParameterRow;
  return { ...row, name: field, shape: 'limit', minimum: 0, maximum: 2 ** 50 };
}

/** A limit as one would type it; empty: none. */
export function limitText(field: LimitField, limit: number | null): string {
  return limit === null ? '' : formatAmount(rowOf(field), limit);
}

/** @throws CodedError invalid_input, about the field */
function limitTyped(field: LimitField, typed: string): number | null {
  if (typed.trim() === '') return null;
  try {
    const amount = parseAmount(rowOf(field), typed.trim());
    return typeof amount === 'number' ? amount : null;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw fault('invalid_input', { field, problem: error.details['problem'] ?? '' });
  }
}

/**
 * The limits that are sent: what is not as it was. Nothing is known of a new one, so of that what was filled in.
 * @throws CodedError invalid_input for what is no amount
 */
export function limitsOf(
  before: GuestQuota | null,
  typed: Readonly<Record<LimitField, string>>,
): Pick<GuestQuotaChange, LimitField> {
  const now = limitFields.map((field) => [field, limitTyped(field, typed[field])] as const);
  return Object.fromEntries(now.filter(([field, limit]) => limit !== (before?.[field] ?? null)));
}
