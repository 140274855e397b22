import { FakeCgroups, FakeFiles, FakeMounts } from '@insula/host';
import { expect, test } from 'vitest';
import { type Guaranteed, GuaranteeKeeper } from './guarantee-keeper.ts';

const mebi = 2 ** 20;

async function node(ves: Guaranteed[]) {
  const files = new FakeFiles({ mounts: new FakeMounts() });
  await files.makeDir('/sys/devices/system/cpu');
  await files.writeAtomic('/sys/devices/system/cpu/online', '0-1\n');
  const cgroups = new FakeCgroups();
  for (const group of ['insula/ve/101', 'insula/ve/102']) await cgroups.create(group, { controllers: [] });
  for (const group of cgroups.groups) {
    for (const file of ['memory.min', 'memory.low']) cgroups.values.set(`memory:${group}/${file}`, '0');
    cgroups.values.set(`cpu:${group}/cpu.weight`, '100');
  }
  const keeper = new GuaranteeKeeper({
    ...{ files, cgroups },
    parents: ['insula', 'insula/ve'],
    cpuReservePercent: 5,
    running: () => ves,
    log: (line, details) => {
      throw new Error(`${line}: ${JSON.stringify(details)}`);
    },
  });
  return { cgroups, keeper };
}

const ve = (ctid: number, parameters: Guaranteed['parameters']): Guaranteed => ({
  ctid,
  cgroup: `insula/ve/${ctid}`,
  parameters,
});

test('promises weigh VEs and guard the groups above, and are taken back when they end', async () => {
  const ves = [ve(101, { cpuguarantee: 120, vmguarpages: 64 * mebi }), ve(102, { oomguarpages: 32 * mebi })];
  const { cgroups, keeper } = await node(ves);
  await keeper.look();
  const [guaranteed, other] = [101, 102].map((ctid) =>
    Number(cgroups.values.get(`cpu:insula/ve/${ctid}/cpu.weight`)),
  );
  expect((guaranteed ?? 0) / ((guaranteed ?? 0) + (other ?? 0))).toBeGreaterThanOrEqual(120 / 190 - 0.01);
  expect(cgroups.values.get('cpu:insula/cpu.weight')).toBe('2000');
  for (const group of ['insula', 'insula/ve']) {
    expect(cgroups.values.get(`memory:${group}/memory.min`)).toBe(String(64 * mebi));
    expect(cgroups.values.get(`memory:${group}/memory.low`)).toBe(String(32 * mebi));
  }
  ves.splice(0, 2, ve(101, {}), ve(102, { cpuunits: 2000 }));
  await keeper.look();
  expect(cgroups.values.get('cpu:insula/ve/101/cpu.weight')).toBe('100');
  expect(cgroups.values.get('cpu:insula/ve/102/cpu.weight')).toBe('200');
  expect(cgroups.values.get('memory:insula/memory.min')).toBe('0');
  const { length } = cgroups.writes;
  await keeper.look();
  expect(cgroups.writes).toHaveLength(length);
});

test('a VE that has just ended is passed over', async () => {
  const { cgroups, keeper } = await node([ve(101, { cpuguarantee: 50 }), ve(109, { cpuguarantee: 50 })]);
  await keeper.look();
  expect(Number(cgroups.values.get('cpu:insula/ve/101/cpu.weight'))).toBeGreaterThan(0);
});
