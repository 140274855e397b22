import { expect, test } from 'vitest';
import { hasRoomForDump, memoryWay } from './memory-way.ts';

const mebibyte = 1_048_576;
const both = { tracksMemory: true, takesRounds: true, takesMemory: true, free: [2 ** 40, 2 ** 40] };

test('little memory is not sent ahead', () => {
  expect(memoryWay({ ...both, bytes: 63 * mebibyte })).toBe('at-once');
});

test('memory goes in rounds where the kernel tells what has changed and the other node knows them', () => {
  expect(memoryWay({ ...both, bytes: 64 * mebibyte })).toBe('rounds');
  expect(memoryWay({ ...both, bytes: 64 * mebibyte, takesRounds: false })).toBe('compared');
  expect(memoryWay({ ...both, bytes: 64 * mebibyte, tracksMemory: false })).toBe('compared');
});

test('memory is compared only where both pools have room for copies', () => {
  const untracked = { ...both, tracksMemory: false, bytes: 64 * mebibyte };
  expect(memoryWay({ ...untracked, free: [2 ** 40, 200 * mebibyte] })).toBe('at-once');
  expect(memoryWay({ ...untracked, takesMemory: false })).toBe('at-once');
});

test('a dump needs more room than there is memory', () => {
  expect(hasRoomForDump(100 * mebibyte, 189 * mebibyte)).toBe(false);
  expect(hasRoomForDump(100 * mebibyte, 190 * mebibyte)).toBe(true);
});
