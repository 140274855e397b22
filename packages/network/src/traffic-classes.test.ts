import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains, parseAddress, parseRange } from './addresses/address.ts';
import { classMaps, parseClasses, trafficOf, trafficSet } from './traffic-classes.ts';

const classOf = (ranges: ReturnType<typeof parseClasses>, address: string) => {
  const parsed = parseAddress(address);
  return parsed === null
    ? null
    : ranges.filter(({ range }) => contains(range, parsed)).map((one) => one.class);
};

test('of the prefixes that hold an address the smallest one counts', () => {
  const ranges = parseClasses([
    { class: 2, prefixes: ['10.0.0.0/8', 'fd00::/8'] },
    { class: 3, prefixes: ['10.1.0.0/16'] },
    { class: 0, prefixes: ['10.1.2.0/24'] },
  ]);
  const found = ['10.9.9.9', '10.1.9.9', '10.1.2.9', '11.0.0.1', 'fd00::1'].map((one) =>
    classOf(ranges, one),
  );
  expect(found).toEqual([[2], [3], [0], [], [2]]);
});

test('whatever the prefixes are, no address is in two classes, and its class is that of the smallest prefix', () => {
  const prefix = fc
    .tuple(fc.nat(255), fc.integer({ min: 24, max: 32 }))
    .map(([last, bits]) => `10.0.0.${last - (last % 2 ** (32 - bits))}/${bits}`);
  const classes = fc.uniqueArray(fc.tuple(prefix, fc.integer({ min: 0, max: 15 })), {
    maxLength: 8,
    selector: ([text]) => text,
  });
  fc.assert(
    fc.property(classes, fc.nat(255), (list, last) => {
      const ranges = parseClasses(list.map(([text, number]) => ({ class: number, prefixes: [text] })));
      const address = { family: 'ipv4' as const, value: 0x0a00_0000n + BigInt(last) };
      const holders = list
        .filter(([text]) => contains(parseRange(text) ?? { family: 'ipv6', first: 0n, last: 0n }, address))
        .toSorted(([a], [b]) => Number(b.split('/')[1]) - Number(a.split('/')[1]));
      const expected = holders.slice(0, 1).map(([, number]) => number);
      expect(classOf(ranges, `10.0.0.${last}`)).toEqual(expected);
    }),
  );
});

test('a prefix of two classes, and one that is none, are refused', () => {
  expect(() => parseClasses([{ class: 2, prefixes: ['10.0.0.1/8'] }])).toThrow('network.classes[0]');
  expect(() =>
    parseClasses([
      { class: 2, prefixes: ['10.0.0.0/8'] },
      { class: 3, prefixes: ['10.0.0.0/8'] },
    ]),
  ).toThrow('named twice');
});

test('a node without classes has empty maps, and names of sets are read as they are written', () => {
  expect(classMaps([]).every(({ elements }) => elements.length === 0)).toBe(true);
  expect(trafficOf(trafficSet('in', 'ipv6', 12))).toEqual({ direction: 'in', family: 'ipv6', class: 12 });
  expect(trafficOf('spoofed')).toBeNull();
});
