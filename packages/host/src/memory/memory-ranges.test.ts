import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anonymousRanges, leadingPart, privateMappings } from './memory-ranges.ts';

test('private mappings that can be read are those with memory of the process', () => {
  const maps = [
    '00400000-00402000 r-xp 00000000 08:01 7 /bin/x',
    '00600000-00601000 rw-p 00000000 08:01 7 /bin/x',
    '7f0000000000-7f0000004000 rw-p 00000000 00:00 0 ',
    '7f0000004000-7f0000008000 rw-s 00000000 00:01 9 /dev/zero (deleted)',
    '7f0000008000-7f0000009000 ---p 00000000 00:00 0 ',
    '7f1000000000-7fff00000000 rw-p 00000000 00:00 0 ',
    '7ffd00000000-7ffd00001000 r--p 00000000 00:00 0 [vvar]',
    '',
  ].join('\n');
  expect(privateMappings(maps)).toEqual([
    { first: 0x400, count: 2 },
    { first: 0x600, count: 1 },
    { first: 0x7f0000000, count: 4 },
  ]);
});

test('pages in a row are one range; those of files and those that are not there are left out', () => {
  const flags = [0x80, 0x81, 0x00, 0xa0, 0x80, 0x40];
  const entries = Buffer.from(flags.flatMap((flag) => [1, 2, 3, 4, 5, 6, 7, flag]));
  expect(anonymousRanges(entries, 100)).toEqual([
    { first: 100, count: 2 },
    { first: 104, count: 1 },
  ]);
});

test('a range is told part by part, each where the copy has it or that it has not', () => {
  const copied = fc
    .array(fc.record({ gap: fc.integer({ min: 0, max: 3 }), count: fc.integer({ min: 1, max: 4 }) }))
    .map((parts) => {
      let page = 0;
      let offset = 0;
      return parts.map(({ gap, count }) => {
        const range = { first: page + gap, count, offset };
        page += gap + count;
        offset += count * 4096;
        return range;
      });
    });
  fc.assert(
    fc.property(copied, fc.nat(30), fc.integer({ min: 1, max: 20 }), (ranges, first, count) => {
      for (let at = first; at < first + count; ) {
        const part = leadingPart({ first: at, count: first + count - at }, ranges);
        for (let page = at; page < at + part.count; page += 1) {
          const owner = ranges.find((range) => page >= range.first && page < range.first + range.count);
          const offset = owner === undefined ? null : owner.offset + (page - owner.first) * 4096;
          expect(part.offset === null ? null : part.offset + (page - at) * 4096).toBe(offset);
        }
        at += part.count;
      }
    }),
  );
});
