import type { Reading, VeProcess } from '@insula/contract';
import { veMetrics } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../output/width.ts';
import { keysOf } from './keys.ts';
import { afterKey, firstModel, rowsOf, type TopModel, withProcesses, withReading } from './model.ts';
import { screenOf } from './screen.ts';

const ve = (ctid: number, name: string, values: Partial<Reading['ves'][number]['values']>) => ({
  uuid: `u${ctid}`,
  ctid,
  name,
  values: {
    ...(Object.fromEntries(veMetrics.map((row) => [row.name, null])) as Reading['ves'][number]['values']),
    ...values,
  },
});

const reading: Reading = {
  at: '2026-11-28T12:00:00.000Z',
  node: {
    name: 'node1',
    processors: 2,
    memoryBytes: 2 ** 33,
    poolBytes: 2 ** 40,
    values: { cpuShare: 0.5, memoryShare: 0.25, load: 1.5, runningVes: 3 } as NonNullable<
      Reading['node']
    >['values'],
  },
  ves: [
    ve(101, 'web1', { cpu: 0.25, memory: 300 }),
    ve(102, 'db', { cpu: 1.5, memory: 100 }),
    ve(103, 'web2', { cpu: null, memory: 200 }),
  ],
};

const process = (pid: number, cpuSeconds: number, command = 'sh'): VeProcess => ({
  pid,
  hostPid: 1000 + pid,
  parent: 1,
  user: 'root',
  state: 'S',
  threads: 1,
  cpuSeconds,
  memoryBytes: 4096,
  startedAt: '2026-11-28T11:00:00.000Z',
  command,
});

const start = withReading(firstModel, reading);
const pressed = (model: TopModel, ...keys: readonly string[]) =>
  keys.reduce((state, key) => afterKey(state, key, 10), model);
const names = (model: TopModel) => rowsOf(model).map(({ cells }) => cells[1]);

test('keys are told apart, and what no terminal means is left out', () => {
  expect(keysOf('\u001b[A\u001bOBq/ä\r\u001b')).toEqual(['up', 'down', 'q', '/', 'ä', 'enter', 'escape']);
  expect(keysOf('\u001b[1;5C\u0001\u007f\u0003')).toEqual(['backspace', 'quit']);
});

describe('sorting', () => {
  test('is by CPU at first, what is not known last, and by a letter otherwise', () => {
    expect(names(start)).toEqual(['db', 'web1', 'web2']);
    expect(names(pressed(start, 'm'))).toEqual(['web1', 'web2', 'db']);
    expect(names(pressed(start, 'N'))).toEqual(['db', 'web1', 'web2']);
    expect(names(pressed(start, 'N', 'r'))).toEqual(['web2', 'web1', 'db']);
    expect(names(pressed(start, 'i'))).toEqual(['web1', 'db', 'web2']);
  });

  test('goes from column to column', () => {
    expect(names(pressed(start, '>'))).toEqual(['web1', 'web2', 'db']);
    expect(pressed(start, '>', '<').sorting.ves.key).toBe('cpu');
    expect(pressed(start, '<', '<', '<').sorting.ves.key).toBe('pressure');
  });
});

test('a filter is typed, kept with enter and taken away with escape', () => {
  const typing = pressed(start, '/', 'w', 'e', 'x', 'backspace', 'b');
  expect(names(typing)).toEqual(['web1', 'web2']);
  expect(pressed(typing, 'q').isOver).toBe(false);
  expect(names(pressed(typing, 'backspace', 'enter'))).toEqual(['web1', 'web2']);
  expect(pressed(typing, 'enter', 'escape').filter).toBe('');
  expect(pressed(typing, 'quit').isOver).toBe(true);
});

test('the chosen row stays the same VE wherever it is sorted to', () => {
  const chosen = pressed(start, 'down');
  expect(chosen.chosen).toBe('u101');
  expect(pressed(chosen, 'm').chosen).toBe('u101');
  expect(pressed(start, 'end').chosen).toBe('u103');
  expect(pressed(start, 'end', 'down', 'page-up').chosen).toBe('u102');
});

describe('a VE that is entered', () => {
  const inside = pressed(start, 'enter');

  test('shows its processes, with what they used since the look before', () => {
    expect(inside.inside).toMatchObject({ uuid: 'u102', name: 'db' });
    const once = withProcesses(inside, 'u102', [process(1, 10), process(2, 5)], 1000);
    expect(rowsOf(once).map(({ cells }) => cells[2])).toEqual(['-', '-']);
    const twice = withProcesses(once, 'u102', [process(1, 10.5), process(2, 7), process(3, 1)], 3000);
    expect(rowsOf(twice).map(({ cells }) => [cells[0], cells[2]])).toEqual([
      ['2', '100.0'],
      ['1', '25.0'],
      ['3', '-'],
    ]);
  });

  test('is left again, also when it stops', () => {
    expect(pressed(inside, 'escape')).toMatchObject({ inside: null, chosen: 'u102' });
    const stopped = withReading(inside, { ...reading, ves: reading.ves.slice(0, 1) });
    expect(stopped).toMatchObject({ inside: null, message: 'db does not run any more' });
    expect(withProcesses(stopped, 'u102', [process(1, 1)], 5)).toBe(stopped);
  });
});

test('whatever happens, the screen has the size of the window, and no control character of a VE', () => {
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 200 }),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  const keys = fc.array(
    fc.constantFrom('up', 'down', 'enter', 'escape', '/', 'w', 'm', 'r', '>', 'h', 'backspace', 'end'),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(
      size,
      keys,
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      (window, typed, command, unicode) => {
        const model = withProcesses(pressed(start, ...typed), 'u102', [process(1, 1, command)], 1000);
        const lines = screenOf(model, window, { colour: false, unicode });
        expect(lines).toHaveLength(window.rows);
        for (const line of lines) {
          expect(widthOf(line)).toBeLessThanOrEqual(window.columns);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      },
    ),
    { numRuns: 20 },
  );
});
