import { FakeHost, type HostFacts } from '@insula/host';
import { expect, test } from 'vitest';
import { gatherFacts } from './gather-facts.ts';
import { hostSettings } from './host-settings.ts';
import { judgeHost } from './judge-host.ts';

const { facts: sound } = new FakeHost();
const tool = (name: string, path: string | null) => ({
  name,
  path,
  version: path === null ? null : `${name} 1.0`,
});

test('a sound host has nothing to complain about', () => {
  expect(judgeHost(sound).filter(({ state }) => state !== 'ok')).toEqual([]);
});

test('a host that lacks everything is told what each lack means and what to do', async () => {
  const bare: HostFacts = {
    ...sound,
    kernelRelease: '5.10.0-30-amd64',
    systemdIsInit: false,
    cgroups: { layout: 'hybrid', unifiedRoot: '/x', legacyRoots: {}, controllers: ['cpu'] },
    overlay: { available: false, idmappedLayers: false, dataLayers: false },
    userNamespaces: false,
    seccomp: false,
    nftables: false,
    veth: false,
    btrfs: false,
    softDirty: false,
    securityModules: [],
    tools: ['runc', 'conmon', 'ip', 'nft', 'mmdebstrap', 'tar', 'lxcfs', 'btrfs'].map((name) =>
      tool(name, null),
    ),
    criu: { usable: null, message: null, dirtyTracking: null },
    sysctls: Object.fromEntries(hostSettings.map(({ name }) => [name, '1'])),
  };
  const text = judgeHost(bare)
    .map(
      ({ feature, state, found, consequence, remedy }) =>
        `${state.padEnd(9)}${feature}: ${found}\n  ${consequence}\n  ${remedy}\n`,
    )
    .join('');
  await expect(text).toMatchFileSnapshot('golden/bare-host.txt');
});

test('a finding that is no lack has nothing to say, every other says what it means and how to help', () => {
  for (const layout of ['v1', 'hybrid', 'v2'] as const) {
    for (const { state, consequence, remedy } of judgeHost({
      ...sound,
      cgroups: { ...sound.cgroups, layout },
    })) {
      expect(consequence === '').toBe(state === 'ok');
      expect(remedy === '').toBe(state === 'ok');
    }
  }
});

test('a kernel is judged by its numbers, not by its letters', () => {
  const stateOf = (kernelRelease: string) =>
    judgeHost({ ...sound, kernelRelease }).find(({ feature }) => feature === 'kernel')?.state;
  expect(['5.18.99', '4.19', '5.4.0-generic'].map(stateOf)).toEqual(['missing', 'missing', 'missing']);
  expect(['5.19.0', '6.1.0-13-amd64', '6.12', '10.0'].map(stateOf)).toEqual(['ok', 'ok', 'ok', 'ok']);
});

test('a setting that is too low is named with the value that it needs; one that the kernel lacks does not matter', () => {
  const low = judgeHost({ ...sound, sysctls: { 'kernel.pid_max': '32768' } });
  expect(low.find(({ feature }) => feature === 'kernel.pid_max')).toMatchObject({
    state: 'degraded',
    found: '32768',
    remedy: 'sysctl -w kernel.pid_max=4194304, and in /etc/sysctl.d',
  });
  expect(low.find(({ feature }) => feature === 'kernel.pty.max')).toMatchObject({
    state: 'ok',
    found: 'not there',
  });
});

test('what is judged is asked for', async () => {
  const host = new FakeHost();
  const asked: unknown[] = [];
  Object.assign(host.probe, {
    gather: async (wanted: unknown) => {
      asked.push(wanted);
      return host.facts;
    },
  });
  await gatherFacts(host);
  expect(asked).toMatchObject([{ criu: 'criu' }]);
  const [{ sysctls }] = asked as [{ sysctls: readonly string[] }];
  for (const { name } of hostSettings) expect(sysctls).toContain(name);
});
