import { NodeConfig } from '@insula/contract';
import { Default } from 'typebox/value';
import { expect, test } from 'vitest';
import { setupFacts } from './setup-facts.ts';

const config = Default(NodeConfig, {}) as NodeConfig;

test('facts of a node are one name and value a line', () => {
  const lines = setupFacts(config).split('\n');
  expect(lines).toContain('name node1');
  expect(lines).toContain('socket /run/insula/insulad.sock');
  expect(lines).toContain('first_id 1879048192');
  expect(lines).toContain('ids 262144000');
  expect(lines).toContain('pool_image ');
  expect(lines).toContain('sysctl net.ipv4.ip_forward 1');
});

test('a kernel setting is named once', () => {
  const names = setupFacts(config)
    .split('\n')
    .filter((line) => line.startsWith('sysctl '))
    .map((line) => line.split(' ')[1]);
  expect(names.length).toBeGreaterThan(5);
  expect(new Set(names).size).toBe(names.length);
});

test('a path with a line break is refused', () => {
  expect(() => setupFacts({ ...config, pool: '/a\nsysctl kernel.panic 1' })).toThrow(/pool/);
});
