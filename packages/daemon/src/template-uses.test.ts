import { FakeHost } from '@insula/host';
import { newSpec, VeRegistry } from '@insula/ve';
import { poolLayout } from '@insula/vzfs';
import { expect, test } from 'vitest';
import { templateUses } from './template-uses.ts';

test('a VE uses the template that it stands on, and those that its snapshots do', async () => {
  const host = new FakeHost();
  const pool = poolLayout('/pool');
  const registry = new VeRegistry();
  const uuid = '00000000-0000-4000-8000-000000000001';
  const now = { name: 'debian-13', version: '2' };
  const before = { name: 'debian-12', version: '1' };
  registry.add(
    newSpec(
      { template: 'debian-13' },
      {
        ...{ uuid, ctid: 101, name: 'web', idBase: 1_879_048_192, addresses: [], layout: 'plain' },
        ...{ template: now, createdAt: '2026-11-21T20:00:00.000Z' },
      },
    ),
  );
  const { usersOf } = templateUses({ host, pool, registry });
  expect(await usersOf(now)).toBe(1);
  expect(await usersOf(before)).toBe(0);
  const snapshot = {
    ...{ name: 'old', description: '', createdAt: '2026-11-22T00:00:00.000Z', state: 'stopped' },
    ...{ template: before, layout: 'plain', layers: [] },
  };
  await host.files.makeDir(`${pool.privateArea(uuid).snapshots}/old`);
  await host.files.writeAtomic(
    `${pool.privateArea(uuid).snapshots}/old/snapshot.json`,
    JSON.stringify(snapshot),
  );
  expect(await usersOf(before)).toBe(1);
  expect(await usersOf({ ...before, version: '2' })).toBe(0);
});
