import { expect, test } from 'vitest';
import { sysctlPath } from './linux-sysctls.ts';

test('a dotted name is a path below /proc/sys, a slash a dot in a device name', () => {
  expect(sysctlPath('kernel.pid_max')).toBe('/proc/sys/kernel/pid_max');
  expect(sysctlPath('net.ipv4.conf.eth0/5.forwarding')).toBe('/proc/sys/net/ipv4/conf/eth0.5/forwarding');
});

test('a name that could lead elsewhere is refused', () => {
  for (const name of [
    '',
    'kernel',
    'a..b',
    '../etc',
    'kernel.//',
    'kernel./',
    'a.b c',
    'a.b\n',
    'kernel.\0',
  ]) {
    expect(() => sysctlPath(name), name).toThrow(TypeError);
  }
});
