import { features } from '@insula/contract';
import { expect, test } from 'vitest';
import { compileDeviceRules, compileDevices } from './devices.ts';
import { compileMaskedPaths, compileMounts, compileReadonlyPaths } from './mounts.ts';

test('everything is refused first, and only character devices are allowed then', () => {
  const [first, ...allowed] = compileDeviceRules([...features]);
  expect(first).toEqual({ allow: false, access: 'rwm' });
  expect(allowed.every(({ allow, type }) => allow && type === 'c')).toBe(true);
});

test('every device that a feature makes may be used, and none without the feature', () => {
  for (const feature of features) {
    for (const { type, major, minor } of compileDevices([feature])) {
      const rule = { allow: true, type, major, minor, access: 'rwm' };
      expect(compileDeviceRules([feature])).toContainEqual(rule);
      expect(compileDeviceRules([])).not.toContainEqual(rule);
    }
  }
});

test('only nesting makes /sys writable and takes the masks off', () => {
  const sys = (all: Parameters<typeof compileMounts>[0]) =>
    compileMounts(all, { terminals: 64 }).find(({ destination }) => destination === '/sys')?.options;
  expect(sys(['tun', 'fuse'])).toContain('ro');
  expect(sys(['nesting'])).toContain('rw');
  expect(compileMaskedPaths(['tun', 'fuse'])).toContain('/proc/kcore');
  expect(compileMaskedPaths(['nesting'])).toEqual([]);
  expect(compileReadonlyPaths(['tun'])).toEqual(['/proc/sysrq-trigger']);
  expect(compileReadonlyPaths(['nesting'])).toEqual([]);
});

test('no mount takes suid files or devices of its own from where anybody may write', () => {
  for (const { destination, options } of compileMounts([], { terminals: 64 })) {
    expect(options, destination).toContain('nosuid');
    if (!destination.startsWith('/dev')) expect(options, destination).toContain('nodev');
  }
});
