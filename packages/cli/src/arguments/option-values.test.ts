import { type CommandOption, findParameter, formatAmount } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownOption } from '../commands/own-options.ts';
import { readOption } from './option-values.ts';

const option = (rest: Partial<CommandOption>) =>
  ownOption({ flag: 'x', description: '', place: 'body', ...rest });

describe('the value of an option', () => {
  test('a whole number is read and its bounds are kept', () => {
    const order = option({ kind: 'integer', minimum: 0, maximum: 10 });
    expect(readOption(order, ['7'])).toBe(7);
    expect(() => readOption(order, ['11'])).toThrow('--x: 11 is above 10');
    expect(() => readOption(order, ['-1'])).toThrow('--x: -1 is below 0');
    for (const text of ['', '1.5', '1e3', 'x', '0x10', '9'.repeat(30)]) {
      expect(() => readOption(order, [text])).toThrow('--x:');
    }
  });

  test('any number within the bounds comes through', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(readOption(option({ kind: 'integer' }), [String(value)])).toBe(value);
      }),
    );
  });

  test('the last of several values counts', () => {
    expect(readOption(option({ kind: 'string' }), ['a', 'b'])).toBe('b');
  });

  test('a word that is none of the choices is answered with the nearest', () => {
    const boot = option({ kind: 'enum', values: ['yes', 'no', 'auto'] });
    expect(readOption(boot, ['auto'])).toBe('auto');
    expect(() => readOption(boot, ['yse'])).toThrow('did you mean yes?');
  });

  test('lists add up, split at commas, and an empty text is an empty list', () => {
    const servers = option({ kind: 'list' });
    expect(readOption(servers, ['1.1.1.1,8.8.8.8', ' 9.9.9.9 '])).toEqual(['1.1.1.1', '8.8.8.8', '9.9.9.9']);
    expect(readOption(servers, [''])).toEqual([]);
  });

  test('list items without commas or spaces around come back as they were', () => {
    const item = fc.stringMatching(/^[^,\s]{1,20}$/);
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (items) => {
        expect(readOption(option({ kind: 'list' }), [items.join(',')])).toEqual(items);
        expect(readOption(option({ kind: 'list' }), items)).toEqual(items);
      }),
    );
  });

  test('a list of choices refuses anything else', () => {
    const features = option({ kind: 'list', values: ['tun', 'fuse'] });
    expect(() => readOption(features, ['tun,fues'])).toThrow('did you mean fuse?');
  });

  test('a map keeps everything behind the first equals sign', () => {
    const key = fc
      .stringMatching(/^[A-Za-z0-9._/-]{1,20}$/)
      .filter((text) => !Object.hasOwn(Object.prototype, text));
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ minLength: 1 }), { maxKeys: 6 }), (map) => {
        const texts = Object.entries(map).map(([name, value]) => `${name}=${value}`);
        expect(readOption(option({ kind: 'map' }), texts)).toEqual({ ...map });
      }),
    );
  });

  test('an empty value takes a key away where the call can do that, and is no key where it cannot', () => {
    expect(readOption(option({ kind: 'map', nullable: true }), ['owner='])).toEqual({ owner: null });
    expect(readOption(option({ kind: 'map' }), ['owner=', 'a=b'])).toEqual({ a: 'b' });
  });

  test('an empty text or number is none where the call takes none', () => {
    for (const kind of ['string', 'integer'] as const)
      expect(readOption(option({ kind, nullable: true }), [''])).toBeNull();
    expect(readOption(option({ kind: 'string' }), [''])).toBe('');
  });

  test('a variable of the environment may be empty', () => {
    expect(readOption(option({ kind: 'map', place: 'own' }), ['DEBUG='])).toEqual({ DEBUG: '' });
  });

  test('a map without an equals sign is refused', () => {
    for (const text of ['owner', '=x', '']) {
      expect(() => readOption(option({ kind: 'map' }), [text])).toThrow('is not key=value');
    }
  });

  test('amounts have the units of their parameter', () => {
    const ram = option({ kind: 'amount', parameter: 'physpages' });
    expect(readOption(ram, ['512M'])).toBe(512 * 2 ** 20);
    expect(readOption(ram, ['unlimited'])).toBe('unlimited');
    expect(() => readOption(ram, ['150%'])).toThrow('physpages');
    expect(() => readOption(ram, ['default'])).toThrow('physpages');
    expect(readOption({ ...ram, nullable: true }, ['default'])).toBeNull();
  });

  test('every amount that is shown can be typed again', () => {
    const row = findParameter('physpages');
    if (!row) throw new Error('no such parameter');
    fc.assert(
      fc.property(fc.integer({ min: row.minimum, max: 2 ** 50 }), (bytes) => {
        expect(readOption(option({ kind: 'amount', parameter: row.name }), [formatAmount(row, bytes)])).toBe(
          bytes,
        );
      }),
    );
  });
});
