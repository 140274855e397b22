import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePackages, parsePackages } from './packages.ts';

describe('lists of packages', () => {
  it('are read by name, and by name and architecture where one name is there twice', () => {
    expect([...parsePackages('libc6 2.36-9 amd64\nlibc6 2.36-9 i386\nless 590-2 amd64\n')]).toEqual([
      ['libc6:amd64', '2.36-9'],
      ['libc6:i386', '2.36-9'],
      ['less', '590-2'],
    ]);
  });

  it('are compared by name', () => {
    const from = parsePackages('a 1 all\nb 1 all\nc 1 all\n');
    const to = parsePackages('b 2 all\nc 1 all\nd 1 all\n');
    expect(comparePackages(from, to)).toEqual([
      { package: 'a', from: '1', to: null },
      { package: 'b', from: '1', to: '2' },
      { package: 'd', from: null, to: '1' },
    ]);
  });

  it('differ from themselves in nothing, and from others in the same names both ways', () => {
    const list = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.stringMatching(/^[0-9]{1,2}$/));
    fc.assert(
      fc.property(list, list, (left, right) => {
        const [a, b] = [new Map(Object.entries(left)), new Map(Object.entries(right))];
        expect(comparePackages(a, a)).toEqual([]);
        const names = (changes: ReturnType<typeof comparePackages>) =>
          changes.map((change) => change.package);
        expect(names(comparePackages(a, b))).toEqual(names(comparePackages(b, a)));
      }),
    );
  });
});
