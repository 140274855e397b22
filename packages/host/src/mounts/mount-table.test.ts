import { expect, test } from 'vitest';
import { parseMountTable } from './mount-table.ts';

const text = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '51 27 0:39 /sub\\134x /mnt/a\\040b\\303\\244 rw,nosuid - tmpfs tmp\\011fs rw,size=4k',
  'nonsense',
  '',
].join('\n');

test('a mount table gives targets, roots, types and sources in mount order', () => {
  expect(parseMountTable(text)).toEqual([
    { target: '/', type: 'ext4', source: '/dev/vda', root: '/', superOptions: 'rw' },
    { target: '/mnt/a bä', type: 'tmpfs', source: 'tmp\tfs', root: '/sub\\x', superOptions: 'rw,size=4k' },
  ]);
});
