import {
  type AllParameterValues,
  fault,
  findParameter,
  formatAmount,
  listProblem,
  numbersOf,
  type ParameterName,
  type ParameterRow,
  type ParameterValue,
  type ParameterValues,
  parameterTable,
  rangeText,
} from '@insula/contract';
import { nearestName } from './nearest-name.ts';
import { amountNumber, barrierOf, isAbove, limitOf } from './parameter-halves.ts';

export const parameterRows: readonly ParameterRow[] = parameterTable;

/** The defaults of the table. */
export function defaultValues(): AllParameterValues {
  return Object.fromEntries(
    parameterRows.map((row) => [row.name, row.default]),
  ) as unknown as AllParameterValues;
}

/** These values, and the defaults where there is none. */
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
  for (const [name, value] of merged) checkValue(rowOf(name), value);
  const values = Object.fromEntries(merged) as ParameterValues;
  checkTogether(completeValues(values));
  return values;
}

function rowOf(name: string): ParameterRow {
  const row = findParameter(name);
  if (row !== undefined) return row;
  const names = parameterRows.flatMap(({ name: own, aliases = [] }) => [own, ...aliases]);
  const nearest = nearestName(name, names);
  const suggestion =
    nearest === null ? '`insula help parameters` lists those there are' : `did you mean ${nearest}?`;
  throw fault('invalid_parameter', { parameter: name, problem: `there is no such parameter; ${suggestion}` });
}

function checkValue(row: ParameterRow, value: unknown): void {
  const problem = problemOf(row, value);
  if (problem === null) return;
  throw fault('invalid_parameter', { parameter: row.name, value: printed(value), problem });
}

/** Which rule of its row a value breaks; null when none. */
function problemOf(row: ParameterRow, value: unknown): string | null {
  if (row.unit === 'list')
    return typeof value === 'string' ? listProblem(row, value) : `${printed(value)} is no list such as 0-3,8`;
  if (typeof value !== 'object' || value === null) return problemOfAmount(row, value);
  const { barrier, limit } = value as { readonly barrier?: unknown; readonly limit?: unknown };
  if (row.shape !== 'pair') return 'it takes one value, no barrier';
  const problem = problemOfAmount(row, barrier) ?? problemOfAmount(row, limit);
  if (problem !== null) return problem;
  const pair = value as ParameterValue;
  return isAbove(barrierOf(pair), limitOf(pair))
    ? `the barrier of ${formatAmount(row, pair)} is above its limit`
    : null;
}

function problemOfAmount(row: ParameterRow, value: unknown): string | null {
  const isNumberOnly = row.unit === 'weight' || row.unit === 'score' || row.unit === 'switch';
  if (value === 'unlimited')
    return isNumberOnly ? `a ${row.unit} cannot be unlimited: give ${rangeText(row)}` : null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    const choices = isNumberOnly ? rangeText(row) : `${rangeText(row)}, or unlimited`;
    return `${printed(value)} is no whole number: give ${choices}`;
  }
  if (value < row.minimum || value > row.maximum)
    return `${formatAmount(row, value)} is outside ${rangeText(row)}`;
  return null;
}

/** Rules between parameters of one VE. @throws CodedError invalid_parameter naming both */
function checkTogether(values: AllParameterValues): void {
  const refuse = (parameter: ParameterName, problem: string): never => {
    throw fault('invalid_parameter', { parameter, value: printed(values[parameter]), problem });
  };
  const text = (name: ParameterName) => formatAmount(rowOf(name), values[name]);
  for (const [smaller, larger] of [
    ['vmguarpages', 'physpages'],
    ['oomguarpages', 'physpages'],
    ['cpuburst', 'cpulimit'],
    ['cpuguarantee', 'cpulimit'],
  ] as const) {
    if (isAbove(limitOf(values[smaller]), limitOf(values[larger])))
      refuse(smaller, `${text(smaller)} is above ${larger}, which is ${text(larger)}`);
  }
  const count = amountNumber(limitOf(values.cpus));
  if (values.cpumask !== 'all') {
    const inMask = numbersOf(values.cpumask).length;
    if (Number.isFinite(count) && count > inMask) refuse('cpus', `cpumask has ${inMask} processors only`);
  }
  if (isAbove(limitOf(values.cpuguarantee), Number.isFinite(count) ? count * 100 : 'unlimited'))
    refuse('cpuguarantee', `${text('cpuguarantee')} is more than ${text('cpus')} processors can give`);
  for (const name of ['vmguarpages', 'oomguarpages', 'cpuguarantee', 'cpuburst'] as const)
    if (limitOf(values[name]) === 'unlimited') refuse(name, 'nobody can be promised everything');
}

function printed(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value);
}
