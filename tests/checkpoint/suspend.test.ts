import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { CapacityRow } from '@insula/contract';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  emptyAfterFailure,
  eventually,
  haveCriu,
  startNode,
  type TemplateName,
  type TestNode,
  useNode,
} from '../harness/index.ts';
import { haveWeb } from './have-web.ts';
import { Sequence } from './sequence.ts';

/*
 * A whole running system is saved and comes back as if nothing had been: its processes, their connections, its network, its mounts
 * and cgroups. On the real kernel, with the real CRIU.
 */

beforeAll(haveCriu);

/** What a look shows once it shows the same twice: a boot leaves some processes for a moment. */
async function settled(look: () => Promise<string>): Promise<string> {
  let last = '';
  return await eventually(
    'nothing changes any more',
    async () => {
      const before = last;
      last = await look();
      return last === before ? last : undefined;
    },
    { interval: 500 },
  );
}

const systems: readonly TemplateName[] = ['debian-12', 'debian-13', 'debian-12-sysvinit'];

describe.each(systems)('%s', (template) => {
  let node: TestNode;
  const sequences: Sequence[] = [];
  let address = '';

  beforeAll(async () => {
    node = await startNode({ templates: [template] });
    return async () => {
      await node.destroyAll();
      expect(await node.leftovers()).toEqual([]);
      await node.stop();
      await node.dispose();
    };
  });
  beforeEach(async () => {
    address = await haveWeb(node, template);
  });
  afterEach(() => {
    for (const sequence of sequences.splice(0)) sequence.end();
  });
  emptyAfterFailure(() => [node]);
  const open = async () => {
    const sequence = await Sequence.open(node, 'web', address, node.namespace);
    sequences.push(sequence);
    return sequence;
  };
  const systemState = async () =>
    template === 'debian-12-sysvinit' ? 'running' : await node.inside('web', 'systemctl is-system-running');

  test('a suspended system goes on where it was, with its connections, again and again', async () => {
    const stream = await open();
    const processes = async () =>
      await node.inside(
        'web',
        'ps axo pid=,comm= | grep -v -w -e ps -e grep -e sh -e sort -e startpar | sort -n',
      );
    const before = await settled(processes);
    for (let round = 0; round < 3; round += 1) {
      await node.act('suspend', 'web');
      expect(await node.status('web')).toMatchObject({ state: 'suspended', init: null });
      await node.act('resume', 'web');
      await stream.goesOn();
      expect(await processes()).toBe(before);
    }
    expect(await systemState()).toBe('running');
    await node.inside(
      'web',
      template === 'debian-12-sysvinit' ? '/etc/init.d/cron restart' : 'systemctl restart cron',
    );
    const [user = 0, system = 0] = (await node.inside('web', "awk '{ print $14, $15 }' /proc/1/stat"))
      .split(' ')
      .map(Number);
    // in ticks of 10 ms: an init that spins takes that much in the time of this test
    expect(user + system).toBeLessThan(200);
  });

  test('its network comes back with what was changed inside', async () => {
    await node.inside(
      'web',
      [
        'ip address add 10.9.9.1/24 dev eth0',
        'ip route add 10.8.0.0/16 via 169.254.101.1 dev eth0 metric 7',
        'ip route add 10.7.0.0/16 dev eth0 table 77',
        'ip rule add pref 1000 from 10.9.9.1 lookup 77',
        'ip link set dev eth0 mtu 1400',
        'echo 1 > /proc/sys/net/ipv4/ip_forward',
        'echo 17 > /proc/sys/net/ipv4/tcp_retries2',
      ].join(' && '),
    );
    const { init } = await node.status('web');
    const inNetwork = async (pid: number | null, ...argv: readonly string[]) =>
      await node.runOnNode('nsenter', `--net=/proc/${pid}/ns/net`, '--', ...argv);
    const rules =
      'table inet mine { set s { type ipv4_addr; elements = { 192.0.2.7 } }; chain c { type filter hook input priority 0; tcp dport 9 counter packets 5 bytes 300 drop; }; }';
    await inNetwork(init, 'nft', rules);
    await inNetwork(init, 'ip', 'link', 'add', 'br0', 'type', 'bridge', 'ageing_time', '10000');
    await inNetwork(init, 'ip', 'address', 'add', '10.5.0.1/24', 'dev', 'br0');
    await inNetwork(init, 'ip', 'link', 'set', 'br0', 'up');
    const bridgeOf = async (pid: number | null) => {
      const text = await inNetwork(pid, 'ip', '-details', '-json', 'address', 'show', 'dev', 'br0');
      const [{ ifindex, address, mtu, flags, linkinfo, addr_info: addresses }] = JSON.parse(text) as [
        {
          readonly ifindex: number;
          readonly address: string;
          readonly mtu: number;
          readonly flags: readonly string[];
          readonly linkinfo: {
            readonly info_kind: string;
            readonly info_data: { readonly ageing_time: number };
          };
          readonly addr_info: readonly { readonly family: string; readonly local: string }[];
        },
      ];
      const locals = addresses.filter(({ family }) => family === 'inet').map(({ local }) => local);
      const { info_kind: kind, info_data: data } = linkinfo;
      return { ifindex, address, mtu, isUp: flags.includes('UP'), kind, ageing: data.ageing_time, locals };
    };
    const seen = async (pid: number | null) => ({
      addresses: await inNetwork(pid, 'ip', '-o', '-4', 'address', 'show'),
      // a bridge without ports is without a carrier, once the kernel has noticed
      routes: (await inNetwork(pid, 'ip', '-4', 'route', 'show', 'table', 'all'))
        .replaceAll(' linkdown', '')
        .split('\n')
        .sort(),
      rules: await inNetwork(pid, 'ip', 'rule', 'show'),
      bridge: await bridgeOf(pid),
      link: (await inNetwork(pid, 'ip', '-o', 'link', 'show', 'dev', 'eth0')).replace(
        /^\d+: eth0@if\d+:|link-netns\S* \S+/g,
        '',
      ),
      ruleset: await inNetwork(pid, 'nft', 'list', 'ruleset'),
      forward: await node.inside('web', 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/tcp_retries2'),
    });
    const before = await seen(init);
    expect(before.ruleset).toContain('counter packets 5 bytes 300');
    await node.act('suspend', 'web');
    await node.act('resume', 'web');
    const now = (await node.status('web')).init;
    expect(now).not.toBe(init);
    expect(await seen(now)).toEqual(before);
  });

  test('a program that is of another session may have the console open', async () => {
    await node.inside('web', '(setsid sleep 99999 </dev/console >/dev/null 2>&1 &)');
    // its login prompt comes after that program, also in the order in which processes are saved
    await node.inside(
      'web',
      template === 'debian-12-sysvinit' ? 'pkill agetty' : 'systemctl restart console-getty',
    );
    await node.act('suspend', 'web');
    await node.act('resume', 'web');
    expect(await node.inside('web', 'readlink /proc/$(pgrep -x sleep)/fd/0; ps -o tty= -C agetty')).toBe(
      '/dev/console\npts/0',
    );
    await node.inside('web', 'pkill -x sleep');
  });

  test('connections outlive a reboot of the node', async () => {
    const stream = await open();
    await node.act('suspend', 'web', { resumeOnBoot: true });
    const { count } = stream;
    await node.kill9();
    await node.start();
    expect(await node.status('web')).toMatchObject({ state: 'suspended' });
    await node.act('resume', 'web');
    await stream.goesOn();
    expect(stream.count).toBeGreaterThan(count);
  });
});

describe('a VE', () => {
  const node = useNode();
  beforeEach(async () => await haveWeb(node, 'debian-12'));
  emptyAfterFailure(() => [node]);
  const failing = async (verb: string) => await node.api.refused('POST', `/v1/ves/web/${verb}`);

  test('that is suspended takes nothing but resume, kill and destroy', async () => {
    await node.act('suspend', 'web');
    for (const verb of ['start', 'stop', 'pause', 'suspend', 'mount'])
      expect(await failing(verb), verb).toMatchObject({ code: 'wrong_state' });
    await node.act('kill', 'web');
    expect(await node.status('web')).toMatchObject({ state: 'stopped' });
    await node.act('start', 'web');
    await node.wait('web');
  });

  test('whose saved processes were damaged is not restored from them', async () => {
    await node.act('suspend', 'web');
    const { privateArea } = await node.show('web');
    const image = `${privateArea}/checkpoint/images/core-1.img`;
    const bytes = readFileSync(image);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    writeFileSync(image, bytes);
    const operation = await node.api.attempt('POST', '/v1/ves/web/resume');
    expect(operation).toMatchObject({ state: 'failed', error: { code: 'checkpoint_damaged' } });
    expect(await node.status('web')).toMatchObject({ state: 'suspended' });
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    writeFileSync(image, bytes);
    await node.act('resume', 'web');
    expect(await node.inside('web', 'echo here')).toBe('here');
  });

  test('whose processes cannot be brought back stays suspended, with nothing of the attempt left', async () => {
    await node.inside('web', 'echo data > /root/held; (setsid tail -f /root/held >/dev/null 2>&1 &)');
    await eventually('the file is open', async () => (await node.exec('web', 'pgrep -x tail')).code === 0);
    const { privateArea, ctid } = await node.show('web');
    const file = `${privateArea}/fs/upper/root/held`;
    await node.act('suspend', 'web');
    const suspended = await node.leftovers();
    renameSync(file, `${file}.away`);
    const failed = await node.api.attempt('POST', '/v1/ves/web/resume');
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'restore_failed' } });
    expect(failed.error?.detail).toContain('held');
    expect(await node.status('web')).toMatchObject({ state: 'suspended', init: null });
    expect(await node.leftovers()).toEqual(suspended);
    expect(suspended.filter((line) => line.includes(String(ctid)) && !line.includes('_held'))).toEqual([]);
    renameSync(`${file}.away`, file);
    await node.act('resume', 'web');
    expect(await node.inside('web', 'pgrep -x tail >/dev/null && cat /root/held')).toBe('data');
    await node.inside('web', 'pkill -x tail');
  });

  test('that is resumed is promised what it was promised anew, or told that it cannot be', async () => {
    const gibibyte = 1024 ** 3;
    const [memory] = await node.api.get<readonly CapacityRow[]>('/v1/capacity');
    const most = Math.floor((memory?.promisable ?? 0) / gibibyte) * gibibyte;
    const promise = async (vmguarpages: number) =>
      await node.api.perform('PATCH', '/v1/ves/web', { parameters: { vmguarpages } });
    await promise(2 * gibibyte);
    await node.act('suspend', 'web');
    const parameters = { vmguarpages: most };
    await node.api.perform('POST', '/v1/ves', {
      name: 'other',
      template: 'debian-12',
      parameters,
      start: true,
    });
    const refused = await node.insula(['resume', 'web']);
    expect(refused).toMatchObject({ code: 6, stderr: expect.stringContaining('can still be promised') });
    expect(await node.status('web')).toMatchObject({ state: 'suspended' });
    expect(await node.insula(['resume', 'web', '--force'])).toMatchObject({ code: 0 });
    expect(await node.status('web')).toMatchObject({ state: 'running' });
    await node.destroy('other');
    await promise(0);
  });

  test('that was suspended is resumed with the node, after a reboot', async () => {
    await node.inside('web', 'echo kept > /run/kept');
    await node.api.perform('PATCH', '/v1/ves/web', { onboot: 'auto' });
    await node.act('suspend', 'web', { resumeOnBoot: true });
    await node.reboot();
    await node.wait('web', 'running');
    expect(await node.inside('web', 'cat /run/kept')).toBe('kept');
  });
});
