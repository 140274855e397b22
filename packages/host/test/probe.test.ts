import { readdirSync } from 'node:fs';
import { release } from 'node:os';
import { expect, test } from 'vitest';
import { createLinuxHost } from '../src/index.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const { probe } = createLinuxHost({ runcRoot: '/nonexistent' });
const { makeTemporary } = temporaryDirectories();

test('the facts of this host are gathered, what is missing counts as missing', async () => {
  const scratchDir = await makeTemporary();
  const facts = await probe.gather({
    tools: ['runc', 'conmon', 'ip', 'insula-no-such-tool'],
    sysctls: ['kernel.pid_max', 'kernel.no_such_setting'],
    criu: '/nonexistent/criu',
    scratchDir,
  });
  expect(facts).toMatchObject({
    kernelRelease: release(),
    userNamespaces: true,
    seccomp: true,
    nftables: true,
    veth: true,
    overlay: { available: true, idmappedLayers: true },
    criu: { usable: null, message: null, dirtyTracking: null },
  });
  expect(facts.tools[0]).toMatchObject({ name: 'runc', version: expect.stringContaining('runc version') });
  expect(facts.tools[2]?.version).toContain('iproute2');
  expect(facts.tools[3]).toEqual({ name: 'insula-no-such-tool', path: null, version: null });
  expect(Number(facts.sysctls['kernel.pid_max'])).toBeGreaterThan(0);
  expect(facts.sysctls['kernel.no_such_setting']).toBeNull();
  expect(facts.cgroups.controllers).toContain('memory');
  expect(readdirSync(scratchDir)).toEqual([]);
});
