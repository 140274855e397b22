import { describe, expect, test } from 'vitest';
import { type TemplateName, useNode } from '../harness/index.ts';

interface Shipped {
  readonly template: TemplateName;
  readonly init: 'systemd' | 'sysvinit' | 'busybox';
}

const shipped: readonly Shipped[] = [
  { template: 'busybox', init: 'busybox' },
  { template: 'debian-12', init: 'systemd' },
  { template: 'debian-12-minimal', init: 'systemd' },
  { template: 'debian-12-sysvinit', init: 'sysvinit' },
  { template: 'debian-13', init: 'systemd' },
  { template: 'debian-testing', init: 'systemd' },
];

const node = useNode({ templates: shipped.map(({ template }) => template) });

/** Complaints of a boot that was not clean, by kind of init; empty for a clean one. */
const complaints: Readonly<Record<Shipped['init'], string>> = {
  systemd: [
    'test "$(systemctl is-system-running)" = running || systemctl is-system-running',
    'systemctl --failed --no-legend --plain',
    'systemctl list-jobs --no-legend',
    'journalctl --boot --priority err --no-pager --quiet --output cat',
  ].join('; '),
  sysvinit: 'grep -i -E "fail|error|cannot|unable" /var/log/boot /var/log/syslog 2>/dev/null || true',
  busybox: 'ls /run/insula-boot-complete >/dev/null',
};

describe.each(shipped)('the template $template', ({ template, init }) => {
  const name = `shipped-${template}`;

  test('boots clean, again after a restart, and shuts down by itself', async () => {
    await node.create({ name, template, start: true });
    for (const round of ['first', 'second']) {
      await node.wait(name);
      expect(await node.inside(name, complaints[init]), `${round} boot`).toBe('');
      expect((await node.insula(['log', name, '--boot'])).stdout).not.toMatch(/\bfail(?:ed|ure)\b/i);
      if (round === 'first') await node.act('restart', name);
    }
    await node.act('stop', name);
    expect(await node.status(name)).toMatchObject({ lastExit: { kind: 'poweroff', code: 130 } });
  });

  test('gives each VE an identity of its own', async () => {
    const twin = `${name}-twin`;
    await node.create({ name: twin, template, start: true });
    await node.act('start', name);
    for (const ve of [name, twin]) await node.wait(ve);
    const identity = 'hostname; cat /etc/machine-id; cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null || true';
    const [one, other] = [await node.inside(name, identity), await node.inside(twin, identity)];
    const shared = one.split('\n').filter((line) => line !== '' && other.split('\n').includes(line));
    expect(shared).toEqual([]);
    for (const ve of [name, twin]) await node.destroy(ve);
  });
});
