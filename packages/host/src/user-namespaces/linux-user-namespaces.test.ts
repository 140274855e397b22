import { expect, test } from 'vitest';
import { idmapLines } from './linux-user-namespaces.ts';

test('the map has an extent for the ids of the VE and one for host root', () => {
  expect(idmapLines({ base: 1_879_048_192, count: 65_536 })).toBe('0 1879048192 65536\n65536 0 1\n');
});
