import { CheckpointBlocker } from '@insula/contract';
import { expect, test } from 'vitest';
import { checkpointRefusals } from './exhibits.ts';

test('the reference shows a refusal of every kind, each in words and with what helps', () => {
  const refusals = checkpointRefusals();
  const kinds = CheckpointBlocker.properties.kind.enum.filter((kind) => kind !== 'space');
  expect([...new Set(refusals.map(({ kind }) => kind))].sort()).toEqual([...kinds].sort());
  for (const { problem, remedy } of refusals) expect([problem, remedy]).not.toContain('');
});
