import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { childOf, parentOf, partsOf } from './guest-path.ts';

const encoded = (bytes: Uint8Array) => `base64url:${Buffer.from(bytes).toString('base64url')}`;

describe('paths inside a VE', () => {
  test('fall into the folders on the way', () => {
    expect(partsOf('/')).toEqual([]);
    expect(partsOf('/etc//nginx/')).toEqual([
      { name: 'etc', path: '/etc' },
      { name: 'nginx', path: '/etc//nginx' },
    ]);
    expect(parentOf('/etc/hosts')).toBe('/etc');
    expect(parentOf('/etc')).toBe('/');
    expect(childOf('/', 'a b\n')).toBe('/a b\n');
  });

  test('that are no UTF-8 are written so only from where they are none', () => {
    const path = encoded(Buffer.from('/srv/\xff/a', 'latin1'));
    const parts = partsOf(path);
    expect(parts.map(({ name }) => name)).toEqual(['srv', '\ufffd', 'a']);
    expect(parts[0]?.path).toBe('/srv');
    expect(parts[2]?.path).toBe(path);
    expect(parentOf(path)).toBe(encoded(Buffer.from('/srv/\xff', 'latin1')));
    expect(childOf(parentOf(path), 'a')).toBe(path);
  });

  test('of any bytes come together again from what they fell into', () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 8 })
      .filter((bytes) => !bytes.includes(0) && !bytes.includes(0x2f));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const whole = Buffer.concat(names.flatMap((one) => [Buffer.from('/'), one]));
        const parts = partsOf(encoded(whole));
        expect(parts).toHaveLength(names.length);
        const { path } = parts.at(-1) ?? { path: '' };
        const bytes = path.startsWith('base64url:')
          ? Buffer.from(path.slice(10), 'base64url')
          : Buffer.from(path);
        expect(bytes).toEqual(whole);
      }),
    );
  });
});
