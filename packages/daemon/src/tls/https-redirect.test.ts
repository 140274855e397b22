import { describe, expect, test } from 'vitest';
import { hostOf } from './https-redirect.ts';

const names = ['node1', 'Panel.example.org', '192.0.2.7', '2001:db8::7'];

describe('who comes by plain HTTP is sent', () => {
  test.each([
    ['node1', 'node1'],
    ['node1:80', 'node1'],
    ['PANEL.example.org', 'panel.example.org'],
    ['192.0.2.7:8080', '192.0.2.7'],
    ['[2001:db8::7]:80', '[2001:db8::7]'],
  ])('from %s to %s, since the node is called so', (header, host) => {
    expect(hostOf(header, '192.0.2.7', names)).toBe(host);
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'node1.evil.example',
    'node1@evil.example',
    'evil.example#node1',
    '[::1',
    'a b',
  ])('from %s to the address that was asked at', (header) => {
    expect(hostOf(header, '::ffff:192.0.2.9', names)).toBe('192.0.2.9');
    expect(hostOf(header, 'fe80::1%eth0', names)).toBe('[fe80::1]');
  });
});
