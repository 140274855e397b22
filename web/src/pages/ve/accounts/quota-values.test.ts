import type { GuestQuota } from '@insula/contract';
import { expect, test } from 'vitest';
import { limitsOf, limitText } from './quota-values.ts';

const ann: GuestQuota = {
  kind: 'user',
  id: 1000,
  name: 'ann',
  usedBytes: 4096,
  softBytes: null,
  bytes: 2 ** 30,
  usedInodes: 1,
  softInodes: null,
  inodes: 500,
};
const none = { bytes: '', softBytes: '', inodes: '', softInodes: '' };

test('limits are shown as they are typed', () => {
  expect([limitText('bytes', ann.bytes), limitText('inodes', ann.inodes), limitText('bytes', null)]).toEqual([
    '1G',
    '500',
    '',
  ]);
});

test('only limits that are not as they were are sent; an empty one is none', () => {
  expect(limitsOf(ann, { ...none, bytes: '1G', inodes: '500' })).toEqual({});
  expect(limitsOf(ann, { ...none, bytes: '1.5G', softInodes: '400' })).toEqual({
    bytes: 1_610_612_736,
    inodes: null,
    softInodes: 400,
  });
  expect(limitsOf(null, { ...none, softBytes: '100' })).toEqual({ softBytes: 100 });
});

test('what is no amount is refused at its field', () => {
  expect(() => limitsOf(ann, { ...none, bytes: 'much' })).toThrow('bytes: "much" is not an amount');
  expect(() => limitsOf(ann, { ...none, inodes: '4K' })).toThrow('inodes: ');
});
