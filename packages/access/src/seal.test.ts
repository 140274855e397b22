import { expect, test } from 'vitest';
import { Seal } from './seal.ts';

test('what was sealed is read by who sealed it, until it is too old', () => {
  const seal = new Seal<{ readonly state: string }>(1000);
  const sealed = seal.close({ state: 'x' }, 0);
  expect(seal.open(sealed, 1000)).toEqual({ state: 'x' });
  expect(seal.open(sealed, 1001)).toBeNull();
  expect(new Seal(1000).open(sealed, 0)).toBeNull();
});

test('what was changed, or is something else, is nothing', () => {
  const seal = new Seal<string>(1000);
  const bytes = Buffer.from(seal.close('content', 0), 'base64url');
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(seal.open(changed.toString('base64url'), 0)).toBeNull();
  }
  for (const other of ['', 'x', 'A'.repeat(400)]) expect(seal.open(other, 0)).toBeNull();
});

test('what is spent counts once, however it is written', () => {
  const seal = new Seal<string>(1000);
  const sealed = seal.close('content', 0);
  expect(seal.spend(sealed, 500)).toBe('content');
  expect(seal.spend(sealed, 500)).toBeNull();
  expect(seal.spend(`${sealed}==`, 500)).toBeNull();
  expect(seal.spend(sealed, 1001)).toBeNull();
  const other = seal.close('other', 2000);
  expect(seal.spend(other, 3000)).toBe('other');
  expect(seal.spend(other, 3000)).toBeNull();
});
