import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Counters, emptyBook, entered, parseBook, trafficRows } from './traffic-books.ts';

const at = (bytes: number): Counters => ({ out4_1: { bytes, packets: bytes / 10 } });
const bytesOf = ({ totals }: { readonly totals: Counters }) => totals['out4_1']?.bytes ?? 0;

test('what the kernel counts is added once, whatever begins anew', () => {
  let book = entered(emptyBook, 'a', at(100));
  book = entered(book, 'a', at(100));
  book = entered(book, 'a', at(150));
  expect(bytesOf(book)).toBe(150);
  // another link: its counter begins at zero
  book = entered(book, 'a', at(20));
  expect(bytesOf(book)).toBe(170);
  // another table, which has counted more than the one before
  book = entered(book, 'b', at(500));
  expect(bytesOf(book)).toBe(670);
  // no link, then a new one
  book = entered(book, 'b', {});
  expect(bytesOf(entered(book, 'b', at(500)))).toBe(1170);
});

test('a book never says less than it did, and all that was counted between two looks', () => {
  const deed = fc.oneof(
    fc.record({ kind: fc.constant('traffic' as const), bytes: fc.integer({ min: 0, max: 1_000 }) }),
    fc.record({
      kind: fc.constantFrom('look' as const, 'link' as const, 'table' as const),
      bytes: fc.constant(0),
    }),
  );
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 30 }), (deeds) => {
      let book = emptyBook;
      let kernel = 0;
      let epoch = 0;
      let sent = 0;
      for (const { kind, bytes } of deeds) {
        const before = bytesOf(book);
        if (kind === 'traffic') {
          kernel += bytes * 10;
          sent += bytes * 10;
        }
        // what is about to go is entered first
        if (kind !== 'traffic') book = entered(book, String(epoch), kernel === 0 ? {} : at(kernel));
        if (kind === 'link' || kind === 'table') {
          kernel = 0;
          book = { ...book, seen: {} };
        }
        if (kind === 'table') epoch += 1;
        expect(bytesOf(book)).toBeGreaterThanOrEqual(before);
        if (kind !== 'traffic') expect(bytesOf(book)).toBe(sent);
      }
    }),
  );
});

test('a book that is written is read again, and one that is damaged begins anew', () => {
  const book = entered(emptyBook, 'a', at(100));
  expect(parseBook(JSON.stringify(book))).toEqual(book);
  for (const text of [null, '', '{', '[]', 'null', '{"totals":{"out4_1":{"bytes":"x"}}}'])
    expect(parseBook(text).totals).toEqual({});
});

test('rows are by class and family', () => {
  const one = { bytes: 1, packets: 1 };
  const two = { bytes: 2, packets: 2 };
  expect(trafficRows({ in4_10: one, out4_10: two, out6_1: two, spoofed: one })).toEqual([
    { class: 1, family: 'ipv6', inBytes: 0, inPackets: 0, outBytes: 2, outPackets: 2 },
    { class: 10, family: 'ipv4', inBytes: 1, inPackets: 1, outBytes: 2, outPackets: 2 },
  ]);
});
