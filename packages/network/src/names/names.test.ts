import { FakeHost } from '@insula/host';
import { expect, test, vi } from 'vitest';
import { fakeConfig } from '../fake-network.ts';
import { compileNameServer, compileNames, type NamedVe } from './compile-names.ts';
import { NameService } from './name-service.ts';

const web: NamedVe = { ctid: 101, name: 'web1', addresses: ['10.101.0.2', 'fd00:101::2'] };

test('each address of a VE has its name', () => {
  expect(compileNames('insula.internal', [web, { ...web, ctid: 102, name: 'idle', addresses: [] }])).toBe(
    '10.101.0.2 web1.insula.internal\nfd00:101::2 web1.insula.internal\n',
  );
});

test('names that DNS cannot tell apart belong to the older VE, and those that are none to nobody', () => {
  const ves = [
    { ctid: 103, name: 'WEB1', addresses: ['10.101.0.9'] },
    web,
    { ctid: 104, name: 'a_b', addresses: ['10.101.0.4'] },
    { ctid: 105, name: 'a.b', addresses: ['10.101.0.5'] },
  ];
  expect(compileNames('x', ves)).toBe('10.101.0.2 web1.x\nfd00:101::2 web1.x\n10.101.0.5 a.b.x\n');
});

test('questions for names of VEs go nowhere else', () => {
  const { network } = fakeConfig({
    names: { enabled: true, domain: 'insula.internal' },
    dns: ['192.0.2.53'],
  });
  const options = compileNameServer({ network }, '/run/names/hosts');
  expect(options).toContain('--local=/insula.internal/');
  expect(options).toContain('--server=192.0.2.53');
  expect(options).toContain('--no-resolv');
});

test('a node that is not asked to has no name server; one that is tells it of every change, and of nothing else', async () => {
  vi.useFakeTimers();
  const host = new FakeHost();
  let ves: readonly NamedVe[] = [web];
  const serviceOf = (enabled: boolean) =>
    new NameService({
      dnsmasq: host.dnsmasq,
      files: host.files,
      links: host.links,
      config: fakeConfig({ names: { enabled, domain: 'x' } }),
      dir: '/run/names',
      ves: () => ves,
      log: () => undefined,
    });
  await serviceOf(false).start();
  expect(host.dnsmasq.started).toEqual([]);
  const service = serviceOf(true);
  await service.start();
  expect(await host.files.readText('/run/names/hosts')).toContain('web1.x');
  service.changed();
  await vi.runAllTimersAsync();
  expect(host.dnsmasq.reloads).toBe(0);
  ves = [];
  service.changed();
  service.changed();
  await vi.runAllTimersAsync();
  expect(host.dnsmasq.reloads).toBe(1);
  service.stop();
  expect(host.dnsmasq.running).toBe(0);
  vi.useRealTimers();
});
