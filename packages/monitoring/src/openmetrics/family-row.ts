import type { Family, Labels } from './exposition.ts';

/** One number with the labels that it has beside those of its subject; null where nobody knows it. */
export type Part = readonly [labels: Labels, value: number | null | undefined];

/** A metric family and how its samples are found in a subject. */
export interface FamilyRow<Subject> {
  readonly name: string;
  readonly type: Family['type'];
  readonly unit?: string;
  readonly help: string;
  readonly of: (subject: Subject) => readonly Part[] | number | null | undefined;
}

/** Families of rows with the samples of all subjects. */
export function familiesOf<Subject>(
  rows: readonly FamilyRow<Subject>[],
  subjects: readonly { readonly labels: Labels; readonly subject: Subject }[],
): readonly Family[] {
  return rows.map(({ of, ...row }) => ({
    ...row,
    samples: subjects.flatMap(({ labels, subject }) => {
      const found = of(subject);
      const parts: readonly Part[] = Array.isArray(found)
        ? found
        : [[{}, found as number | null | undefined]];
      return parts.flatMap(([own, value]) =>
        value === null || value === undefined || !Number.isFinite(value)
          ? []
          : [{ labels: { ...labels, ...own }, value }],
      );
    }),
  }));
}

const microseconds = 1_000_000;

export const seconds = (value: number | null | undefined) =>
  value === null || value === undefined ? null : value / microseconds;
