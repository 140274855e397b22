import type { Operation, VeDetail } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { eventually, type TemplateName, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'debian-13', 'debian-12-sysvinit', 'busybox'] });

interface System {
  readonly template: TemplateName;
  readonly isSystemd: boolean;
  /** What /proc/1/comm says. */
  readonly init: string;
}

const systems: readonly System[] = [
  { template: 'debian-12', isSystemd: true, init: 'systemd' },
  { template: 'debian-13', isSystemd: true, init: 'systemd' },
  { template: 'debian-12-sysvinit', isSystemd: false, init: 'init.sysvinit' },
  { template: 'busybox', isSystemd: false, init: 'init' },
];

/** Runs a command that ends the system it runs in: how it ends itself cannot be said. */
async function last(ve: string, command: string): Promise<void> {
  await node.exec(ve, command).catch(() => undefined);
}

/** Settles when the VE runs under another init than this one. */
async function nextRun(ve: string, before: number | null): Promise<void> {
  await eventually('the next init', async () => {
    const { init, state } = await node.status(ve);
    return state === 'running' && init !== before;
  });
  await node.wait(ve);
}

const stepLog = (operation: Operation) => operation.log.join('\n');

describe.each(systems)('a VE of $template', ({ template, isSystemd, init }) => {
  const name = `ve-${template}`;

  test('boots to the end under its own init, with its own host name', async () => {
    await node.create({ name, template, start: true, hostname: 'host1.example.org' });
    await node.wait(name);
    expect(await node.inside(name, 'cat /proc/1/comm')).toBe(init);
    expect(await node.inside(name, 'hostname')).toBe('host1.example.org');
    const address = (await node.show(name)).addresses[0] ?? '';
    expect(await node.inside(name, 'cat /etc/hosts')).toContain(address);
    if (!isSystemd) return;
    expect(await node.inside(name, 'systemctl is-system-running')).toBe('running');
    expect(await node.inside(name, 'systemctl --failed --no-legend --plain')).toBe('');
  });

  test('keeps its boot messages on the console', async () => {
    const { stdout } = await node.insula(['log', name, '--boot']);
    expect(stdout).toMatch(isSystemd ? /Welcome to|Reached target/ : /\S/);
  });

  test('can be rebooted from inside', async () => {
    const { init: before } = await node.status(name);
    await node.inside(name, 'echo kept > /root/note');
    await last(name, 'reboot');
    await nextRun(name, before);
    expect(await node.status(name)).toMatchObject({ lastExit: { kind: 'reboot', code: 129 } });
    expect(await node.inside(name, 'cat /root/note')).toBe('kept');
    expect(await node.show(name)).toMatchObject({ crashes: 0 });
    if (isSystemd) expect(await node.inside(name, 'systemctl is-system-running')).toBe('running');
  });

  test('can be powered off from inside, and stays off', async () => {
    await last(name, 'poweroff');
    await node.wait(name, 'stopped');
    expect(await node.status(name)).toMatchObject({ lastExit: { kind: 'poweroff', code: 130 } });
    await node.restart();
    expect(await node.status(name)).toMatchObject({ state: 'stopped' });
  });

  test('stops by the signal that its init understands, before anybody has to kill it', async () => {
    await node.act('start', name);
    await node.wait(name);
    const stop = await node.api.perform('POST', `/v1/ves/${name}/stop`);
    expect(stepLog(stop)).not.toContain('killing');
    expect(await node.status(name)).toMatchObject({
      state: 'stopped',
      lastExit: { kind: 'poweroff', code: 130 },
    });
  });

  test('stops as well right after its start, before it has booted', async () => {
    await node.act('start', name);
    const stop = await node.api.perform('POST', `/v1/ves/${name}/stop`, { timeout: 60 });
    expect(await node.status(name)).toMatchObject({ state: 'stopped' });
    expect(stepLog(stop)).not.toContain('killing');
  });

  test('is started again when its init crashes', async () => {
    await node.act('start', name);
    await node.wait(name);
    const { init: pid } = await node.status(name);
    process.kill(pid ?? 0, 'SIGKILL');
    await nextRun(name, pid);
    const ve = await node.api.get<VeDetail>(`/v1/ves/${name}`);
    expect(ve).toMatchObject({ lastExit: { kind: 'crash', code: 137 }, crashes: 1 });
    await node.destroy(name);
  });
});
