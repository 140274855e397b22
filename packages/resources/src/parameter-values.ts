import {
  fault,
  findParameter,
  formatAmount,
  type ParameterAmount,
  type ParameterName,
  type ParameterRow,
  type ParameterValues,
  parameterTable,
} from '@insula/contract';
import { nearestName } from './nearest-name.ts';

/** Every parameter with its amount. */
export type AllParameterValues = { readonly [name in ParameterName]: ParameterAmount };

export const parameterRows: readonly ParameterRow[] = parameterTable;

/** The defaults of the table. */
export function defaultValues(): AllParameterValues {
  return Object.fromEntries(parameterRows.map((row) => [row.name, row.default])) as AllParameterValues;
}

/** These amounts, and the defaults where there is none. */
export function completeValues(values: ParameterValues): AllParameterValues {
  return { ...defaultValues(), ...values };
}

/**
 * Parameters as somebody gave them, checked and under their own names (Virtuozzo's are understood).
 * @throws CodedError invalid_parameter with the parameter, the value and the rule
 */
export function checkParameters(values: Readonly<Record<string, unknown>>): ParameterValues {
  return mergeParameters({}, values);
}

/**
 * Current values with a change on top; null goes back to the default. The result is checked as a whole.
 * @throws CodedError invalid_parameter with the parameter, the value and the rule
 */
export function mergeParameters(
  current: ParameterValues,
  change: Readonly<Record<string, unknown>>,
): ParameterValues {
  const merged = new Map<string, unknown>(Object.entries(current));
  const namedBy = new Map<string, string>();
  for (const [name, value] of Object.entries(change)) {
    const row = rowOf(name);
    const before = namedBy.get(row.name);
    if (before !== undefined) {
      throw fault('invalid_parameter', {
        parameter: name,
        problem: `it is given twice, as ${before} and as ${name}`,
      });
    }
    namedBy.set(row.name, name);
    if (value === null) merged.delete(row.name);
    else merged.set(row.name, value);
  }
  for (const [name, value] of merged) checkAmount(rowOf(name), value);
  return Object.fromEntries(merged) as ParameterValues;
}

function rowOf(name: string): ParameterRow {
  const row = findParameter(name);
  if (row !== undefined) return row;
  const names = parameterRows.flatMap(({ name: own, vzName }) =>
    vzName === undefined ? [own] : [own, vzName],
  );
  const nearest = nearestName(name, names);
  const suggestion = nearest === null ? `there are ${names.join(', ')}` : `did you mean ${nearest}?`;
  throw fault('invalid_parameter', { parameter: name, problem: `there is no such parameter; ${suggestion}` });
}

function checkAmount(row: ParameterRow, value: unknown): void {
  const problem = problemOf(row, value);
  if (problem === null) return;
  throw fault('invalid_parameter', { parameter: row.name, value: printed(value), problem });
}

/** Which rule of its row a value breaks; null when none. */
function problemOf(row: ParameterRow, value: unknown): string | null {
  const range = `${formatAmount(row, row.minimum)} to ${formatAmount(row, row.maximum)}`;
  if (value === 'unlimited') {
    return row.unit === 'weight' ? `a weight cannot be unlimited: give ${range}` : null;
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    const choices = row.unit === 'weight' ? range : `${range}, or unlimited`;
    return `${printed(value)} is no whole number: give ${choices}`;
  }
  if (value < row.minimum || value > row.maximum) return `${formatAmount(row, value)} is outside ${range}`;
  return null;
}

function printed(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value);
}
