import type { Snapshot } from '@insula/contract';
import { expect, test } from 'vitest';
import { arrivingSnapshots } from './arriving-snapshots.ts';

const template = { name: 'busybox', version: '1' };
const written = (name: string, day: number, more: Partial<Snapshot> = {}): Snapshot => ({
  name,
  description: '',
  createdAt: `2026-01-0${day}T00:00:00.000Z`,
  state: 'running',
  template,
  layout: 'image',
  layers: [`sha256:${'a'.repeat(64)}`],
  ...more,
});

test('snapshots arrive as files on what this node has, whatever an archive says of memory, layers and descent', () => {
  const arriving = arrivingSnapshots(
    [
      written('third', 3, { parent: 'first', processes: true }),
      written('first', 1, { parent: 'third' }),
      written('second', 2, { parent: 'second' }),
      written('fourth', 4, { parent: 'elsewhere' }),
    ],
    { layout: 'plain', here: ({ version }) => ({ name: 'other', version }) },
  );
  expect(arriving.map(({ name, parent }) => [name, parent])).toEqual([
    ['first', null],
    ['second', null],
    ['third', 'first'],
    ['fourth', null],
  ]);
  for (const snapshot of arriving) {
    expect(snapshot).toMatchObject({
      layout: 'plain',
      layers: [],
      template: { name: 'other', version: '1' },
    });
    expect(snapshot).not.toHaveProperty('processes');
  }
});
