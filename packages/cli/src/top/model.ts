import type { Reading, VeProcess } from '@insula/contract';
import { type ProcessRow, processColumns, type TopColumn, veColumns } from './columns.ts';
import { isCharacter } from './keys.ts';

export interface Sorting {
  readonly key: string;
  readonly isDescending: boolean;
}

/** What the live view shows, and how. */
export interface TopModel {
  readonly reading: Reading | null;
  /** The VE whose processes are shown; null for the list of VEs. */
  readonly inside: {
    readonly uuid: string;
    readonly name: string;
    readonly processes: readonly ProcessRow[];
    /** When its processes were looked at, in milliseconds; 0 for not yet. */
    readonly lookedAt: number;
  } | null;
  readonly sorting: { readonly ves: Sorting; readonly processes: Sorting };
  readonly filter: string;
  /** A filter is being typed. */
  readonly isTyping: boolean;
  readonly isHelpShown: boolean;
  /** Which row is chosen: UUID of a VE, pid of a process. It stays on it wherever it is sorted to. */
  readonly chosen: string | null;
  /** What went wrong; empty if nothing did. */
  readonly message: string;
  readonly isOver: boolean;
}

export const firstModel: TopModel = {
  reading: null,
  inside: null,
  sorting: { ves: { key: 'cpu', isDescending: true }, processes: { key: 'cpu', isDescending: true } },
  filter: '',
  isTyping: false,
  isHelpShown: false,
  chosen: null,
  message: '',
  isOver: false,
};

export interface TopRow {
  readonly id: string;
  readonly cells: readonly string[];
}

/** The rows of the view that is shown, those that pass the filter, in their order. */
export function rowsOf(model: TopModel): readonly TopRow[] {
  if (model.inside !== null)
    return tableRows(model.inside.processes, processColumns, model, ({ hostPid }) => String(hostPid));
  return tableRows(model.reading?.ves ?? [], veColumns, model, ({ uuid }) => uuid);
}

function tableRows<Row>(
  rows: readonly Row[],
  columns: readonly TopColumn<Row>[],
  model: TopModel,
  idOf: (row: Row) => string,
): readonly TopRow[] {
  const { key, isDescending } = sortingOf(model);
  const column = columns.find((one) => one.key === key) ?? columns[0];
  const wanted = model.filter.toLowerCase();
  const direction = isDescending ? -1 : 1;
  return rows
    .toSorted((a, b) => direction * compare(column?.value(a) ?? 0, column?.value(b) ?? 0))
    .map((row) => ({ id: idOf(row), cells: columns.map((one) => one.text(row)) }))
    .filter(({ cells }) => cells.some((cell) => cell.toLowerCase().includes(wanted)));
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

export function columnsOf({ inside }: TopModel): readonly Omit<TopColumn<never>, 'text' | 'value'>[] {
  return inside === null ? veColumns : processColumns;
}

export function sortingOf({ inside, sorting }: TopModel): Sorting {
  return inside === null ? sorting.ves : sorting.processes;
}

/** The model with a newer reading. A VE that has stopped meanwhile is left. */
export function withReading(model: TopModel, reading: Reading): TopModel {
  const { inside } = model;
  const isGone = inside !== null && !reading.ves.some(({ uuid }) => uuid === inside.uuid);
  if (!isGone) return { ...model, reading, message: '' };
  return { ...model, reading, inside: null, chosen: null, message: `${inside.name} does not run any more` };
}

/** The model with the processes of a VE as they are at some millisecond; those of one that was left meanwhile are dropped. */
export function withProcesses(
  model: TopModel,
  uuid: string,
  processes: readonly VeProcess[],
  now: number,
): TopModel {
  const { inside } = model;
  if (inside === null || inside.uuid !== uuid) return model;
  const before = new Map(inside.processes.map((one) => [one.hostPid, one]));
  const seconds = (now - inside.lookedAt) / 1000;
  const rows = processes.map((process): ProcessRow => {
    const earlier = before.get(process.hostPid);
    const isSame = earlier !== undefined && earlier.cpuSeconds <= process.cpuSeconds && seconds > 0;
    return { ...process, cores: isSame ? (process.cpuSeconds - earlier.cpuSeconds) / seconds : null };
  });
  return { ...model, inside: { ...inside, processes: rows, lookedAt: now } };
}

/** The model after a key. `page` is how many rows are seen at once. */
export function afterKey(model: TopModel, key: string, page: number): TopModel {
  if (key === 'quit') return { ...model, isOver: true };
  if (model.isTyping) return afterTyping(model, key);
  if (model.isHelpShown) return { ...model, isHelpShown: false };
  switch (key) {
    case 'q':
      return { ...model, isOver: true };
    case 'h':
    case '?':
      return { ...model, isHelpShown: true };
    case '/':
      return { ...model, isTyping: true };
    case 'enter':
    case 'right':
      return entered(model);
    case 'escape':
    case 'backspace':
    case 'left':
      return left(model);
    case 'up':
      return moved(model, -1);
    case 'down':
      return moved(model, 1);
    case 'page-up':
      return moved(model, -page);
    case 'page-down':
      return moved(model, page);
    case 'home':
      return moved(model, Number.NEGATIVE_INFINITY);
    case 'end':
      return moved(model, Number.POSITIVE_INFINITY);
    case 'r':
      return sorted(model, { ...sortingOf(model), isDescending: !sortingOf(model).isDescending });
    case '<':
      return sortedBeside(model, -1);
    case '>':
      return sortedBeside(model, 1);
    default:
      return sortedByLetter(model, key);
  }
}

function afterTyping(model: TopModel, key: string): TopModel {
  if (key === 'enter') return { ...model, isTyping: false };
  if (key === 'escape') return { ...model, isTyping: false, filter: '' };
  if (key === 'backspace') return { ...model, filter: model.filter.slice(0, -1) };
  return isCharacter(key) ? { ...model, filter: model.filter + key } : model;
}

function entered(model: TopModel): TopModel {
  const rows = rowsOf(model);
  const row = rows.find(({ id }) => id === model.chosen) ?? rows[0];
  const ve = model.reading?.ves.find(({ uuid }) => uuid === row?.id);
  if (model.inside !== null || ve === undefined) return model;
  const inside = { uuid: ve.uuid, name: ve.name, processes: [], lookedAt: 0 };
  return { ...model, inside, chosen: null, filter: '' };
}

/** Back to where it came from: first the filter goes, then the VE. */
function left(model: TopModel): TopModel {
  if (model.filter !== '') return { ...model, filter: '' };
  return model.inside === null ? model : { ...model, inside: null, chosen: model.inside.uuid };
}

function moved(model: TopModel, by: number): TopModel {
  const rows = rowsOf(model);
  const at = rows.findIndex(({ id }) => id === model.chosen);
  const next = Math.min(Math.max(Math.max(at, 0) + by, 0), rows.length - 1);
  return { ...model, chosen: rows[next]?.id ?? null };
}

function sorted(model: TopModel, sorting: Sorting): TopModel {
  const which = model.inside === null ? 'ves' : 'processes';
  return { ...model, sorting: { ...model.sorting, [which]: sorting } };
}

function sortedBeside(model: TopModel, by: number): TopModel {
  const keys = columnsOf(model).map((column) => column.key);
  const at = keys.indexOf(sortingOf(model).key);
  return sortedBy(model, keys[(at + by + keys.length) % keys.length]);
}

function sortedByLetter(model: TopModel, letter: string): TopModel {
  return sortedBy(model, columnsOf(model).find((column) => column.letter === letter)?.key);
}

/** Numbers from the highest down, words from A. */
function sortedBy(model: TopModel, key: string | undefined): TopModel {
  if (key === undefined) return model;
  const column = columnsOf(model).find((one) => one.key === key);
  return sorted(model, { key, isDescending: column?.align === 'right' && column.letter !== 'i' });
}
