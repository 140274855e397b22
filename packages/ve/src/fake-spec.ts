import type { VeSpec } from '@insula/contract';
import { newSpec } from './spec.ts';

/** A plain VE for tests: the n-th one differs from the others in everything that must be unique. */
export function fakeSpec(number = 1, change: Partial<VeSpec> = {}): VeSpec {
  const spec = newSpec(
    { template: 'debian-12' },
    {
      uuid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
      ctid: 100 + number,
      name: `ve${100 + number}`,
      idBase: 1_879_048_192 + (number - 1) * 65_536,
      addresses: [`10.101.${Math.floor((number + 1) / 256)}.${(number + 1) % 256}`],
      template: { name: 'debian-12', version: '20261121.1' },
      layout: 'plain',
      createdAt: '2026-11-21T20:00:00.000Z',
    },
  );
  return { ...spec, ...change };
}
