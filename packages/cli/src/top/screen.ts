import type { Reading, WindowSize } from '@insula/contract';
import { byteText } from '../output/cells.ts';
import { singleLine } from '../output/sanitize.ts';
import { cut, pad } from '../output/width.ts';
import { columnsOf, rowsOf, sortingOf, type TopModel, type TopRow } from './model.ts';

export interface Look {
  readonly colour: boolean;
  readonly unicode: boolean;
}

/** Lines above the table, and the one below it. */
const headLines = 5;
const footLines = 1;

/** How many rows of the table fit a window. */
export function pageOf({ rows }: WindowSize): number {
  return Math.max(1, rows - headLines - footLines);
}

const help = [
  'up down page-up page-down home end   choose',
  'enter                                processes of the chosen VE',
  'esc                                  back; take the filter away',
  '/                                    only rows that have a text',
  '< >                                  sort by the column beside',
  'r                                    the other way round',
  'c m M p d n w N i                    sort by CPU, memory, memory of its limit, processes, disk,',
  '                                     network, waiting, name, number',
  'q                                    leave',
];

/** The window as lines, no longer than it is wide and no more than it is high. */
export function screenOf(model: TopModel, size: WindowSize, look: Look): readonly string[] {
  const clip = (text: string) => cut(text, size.columns, look);
  const body = model.isHelpShown ? help.map(clip) : tableOf(model, size, look);
  const lines = [...headOf(model, look).map(clip), '', ...body];
  const room = Math.max(0, size.rows - footLines);
  const filled = [...lines.slice(0, room), ...Array<string>(Math.max(0, room - lines.length)).fill('')];
  return [...filled, clip(footOf(model))];
}

function headOf({ reading, inside }: TopModel, look: Look): readonly string[] {
  if (reading === null) return ['waiting for a reading', '', ''];
  const { node } = reading;
  const where = inside === null ? '' : `  processes of ${singleLine(inside.name)}`;
  if (node === null) return [`${timeOf(reading)}  VEs ${reading.ves.length}${where}`, '', ''];
  const { values } = node;
  return [
    `${node.name}  ${timeOf(reading)}  load ${values.load?.toFixed(2) ?? '-'}  VEs ${values.runningVes ?? 0}${where}`,
    `CPU    ${bar(values.cpuShare, look)}  of ${node.processors}    disks ${rate(values.readBytes)} read ${rate(values.writeBytes)} written`,
    `memory ${bar(values.memoryShare, look)}  of ${byteText(node.memoryBytes)}    network ${rate(values.inBytes)} in ${rate(values.outBytes)} out    pool ${bar(values.poolShare, look)}`,
  ];
}

function timeOf({ at }: Reading): string {
  return new Date(at).toTimeString().slice(0, 8);
}

const rate = (value: number | null) => (value === null ? '-' : `${byteText(value)}/s`);

const barWidth = 20;

function bar(share: number | null, { unicode }: Look): string {
  if (share === null) return '-';
  const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  const text = (unicode ? '█' : '#').repeat(filled) + (unicode ? '░' : '.').repeat(barWidth - filled);
  return `${text} ${(share * 100).toFixed(0).padStart(3)}%`;
}

function tableOf(model: TopModel, size: WindowSize, look: Look): readonly string[] {
  const rows = rowsOf(model);
  const page = pageOf(size);
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === model.chosen),
  );
  const first = Math.min(Math.max(0, at - Math.floor(page / 2)), Math.max(0, rows.length - page));
  const header = cut(headerOf(model), size.columns, look);
  return [
    reversed(pad(header, size.columns), look),
    ...rows.slice(first, first + page).map((row) => {
      const line = cut(lineOf(model, row), size.columns, look);
      return row.id === model.chosen ? reversed(pad(line, size.columns), look) : line;
    }),
  ];
}

function headerOf(model: TopModel): string {
  const { key, isDescending } = sortingOf(model);
  return columnsOf(model)
    .map((column) => {
      const title = column.key === key ? `${column.title}${isDescending ? '-' : '+'}` : column.title;
      return pad(title, Math.min(column.width, 40), column.align);
    })
    .join(' ');
}

function lineOf(model: TopModel, { cells }: TopRow): string {
  return columnsOf(model)
    .map(({ width, align }, index) => {
      const text = cut(singleLine(cells[index] ?? ''), width, { unicode: false });
      return pad(text, Math.min(width, 40), align);
    })
    .join(' ');
}

function footOf(model: TopModel): string {
  if (model.isTyping) return `filter: ${singleLine(model.filter)}_`;
  if (model.message !== '') return singleLine(model.message);
  const filter = model.filter === '' ? '' : `filter "${singleLine(model.filter)}"  `;
  const keys = model.inside === null ? 'enter: processes' : 'esc: back';
  return `${filter}${rowsOf(model).length} shown  ${keys}  /: filter  < >: sort  h: help  q: leave`;
}

function reversed(text: string, { colour }: Look): string {
  return colour ? `\u001b[7m${text}\u001b[0m` : text;
}
