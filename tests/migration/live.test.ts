import type { Operation } from '@insula/contract';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Sequence } from '../checkpoint/sequence.ts';
import {
  addUnsavableLink,
  emptyAfterFailure,
  eventually,
  type TemplateName,
  type TestNode,
  tracksMemory,
} from '../harness/index.ts';
import { TwoNodes } from './two-nodes.ts';

/*
 * A whole running system moves to another node and goes on there: processes, memory, files, network, and the connection of a client
 * that counts what it sends and gets back. Both nodes are real ones on this kernel, in network namespaces, with pools of their own.
 */

/** Has 100 MB of its own, changes a page of it every few milliseconds, and says when asked what the rest adds up to. */
const rememberer = `
my @kept; my $busy = 'x' x 4096; my %more;
$SIG{USR1} = sub {
  my $sum = 0; $sum = ($sum * 31 + unpack '%32N*', $_) % 2**31 for @kept;
  open my $f, '>', '/run/sum'; print $f "$sum\\n" if @kept == 25_000; close $f
};
$0 = 'memory.pl'; srand 7; push @kept, pack('N', int rand 2**32) x 1024 for 1 .. 25_000;
for (my $n = 0; ; $n++) { substr($busy, $n % 4096, 1) = chr(65 + $n % 26); push @{$more{$n % 1000}}, $n; select undef, undef, undef, 0.005 }
`;

const systems: readonly TemplateName[] = ['debian-12', 'debian-13', 'debian-12-sysvinit'];

describe.each(systems)('%s', (template) => {
  let two: TwoNodes;
  const sequences: Sequence[] = [];
  beforeAll(async () => {
    const rounds = { config: { migration: { rounds: true } } };
    two = await TwoNodes.make([template], { source: rounds, target: rounds });
    return async () => await two.remove();
  });
  afterEach(() => {
    for (const sequence of sequences.splice(0)) sequence.end();
  });
  emptyAfterFailure(() => two.nodes);

  test('hops from node to node with a connection open, and nothing of it stays behind', async () => {
    const [source, target] = two.nodes;
    const { addresses, uuid } = await source.create({ name: 'web', template });
    const [address = ''] = addresses;
    await source.act('start', 'web');
    await source.wait('web');
    await two.lan.route(address, 0);
    await source.inside(
      'web',
      'mkdir -p /srv/data && head -c 3000000 /dev/urandom > /srv/data/blob && ln /srv/data/blob /srv/data/twin && ln -s blob /srv/data/link && rm /etc/motd',
    );
    const sum = await source.inside('web', 'sha256sum /srv/data/blob /srv/data/twin');
    expect(await two.check('web')).toMatchObject({ mode: 'live', blockers: [], sendsTemplate: false });
    const stream = await Sequence.open(source, 'web', address, two.lan.client);
    sequences.push(stream);
    await source.inside('web', 'echo here > /run/only-in-memory');
    await source.exec('web', ['sh', '-c', 'cat >/root/memory.pl'], { input: rememberer });
    await source.inside('web', '(setsid perl /root/memory.pl </dev/null >/dev/null 2>&1 &)');
    const remembered = async (node: TestNode) =>
      await eventually('it says what it remembers', async () => {
        // to add it up takes long on an emulated machine
        const asked =
          'rm -f /run/sum; pkill -USR1 -x memory.pl || exit 1; for i in $(seq 300); do test -s /run/sum && break; sleep 0.1; done; cat /run/sum';
        const { stdout } = await node.exec('web', asked);
        return stdout.endsWith('\n') && stdout;
      });
    const memory = await remembered(source);
    const action = (await tracksMemory()) ? 'send-rounds' : 'send-memory';
    for (const from of [0, 1, 0] as const) {
      const [here, there] = from === 0 ? [source, target] : [target, source];
      await two.migrate('web', from, { atLeast: 'live' });
      await stream.goesOn();
      expect(await remembered(there)).toBe(memory);
      expect(await here.api.get<readonly Operation[]>('/v1/operations?limit=1')).toMatchObject([
        { steps: expect.arrayContaining([expect.objectContaining({ action })]) },
      ]);
      expect(await there.status('web')).toMatchObject({ state: 'running', uuid });
      expect(await here.leftovers()).toEqual([]);
      expect((await here.api.get<readonly unknown[]>('/v1/ves')).length).toBe(0);
      expect(await there.inside('web', 'sha256sum /srv/data/blob /srv/data/twin')).toBe(sum);
      expect(
        await there.inside(
          'web',
          'stat -c %h /srv/data/blob; readlink /srv/data/link; ls /etc/motd 2>/dev/null; cat /run/only-in-memory',
        ),
      ).toBe('2\nblob\nhere');
      if (template !== 'debian-12-sysvinit') {
        expect(await there.inside('web', 'systemctl is-system-running')).toBe('running');
        await there.inside('web', 'systemctl restart cron');
      }
    }
    expect(stream.count).toBeGreaterThan(300);
  });
});

describe('a VE', () => {
  let two: TwoNodes;
  beforeAll(async () => {
    two = await TwoNodes.make(['busybox']);
    return async () => await two.remove();
  });
  emptyAfterFailure(() => two.nodes);

  test('that is stopped moves cold, with its files and settings', async () => {
    const [source, target] = two.nodes;
    await source.create({ name: 'cold', template: 'busybox', description: 'moved' });
    expect(await two.check('cold')).toMatchObject({ mode: 'cold' });
    await two.migrate('cold', 0);
    expect(await target.show('cold')).toMatchObject({ state: 'stopped', description: 'moved' });
    await target.act('start', 'cold');
    await target.wait('cold');
    await target.destroy('cold');
  });

  test('that cannot be saved is restarted on the other node, unless that is not wanted', async () => {
    const [source, target] = two.nodes;
    await source.create({ name: 'near', template: 'busybox' });
    await source.act('start', 'near');
    await source.wait('near');
    await addUnsavableLink(source, 'near');
    expect(await two.check('near')).toMatchObject({ mode: 'near-live', blockers: [{ keepsFrom: 'live' }] });
    const refusal = await source.api.refused('POST', '/v1/ves/near/migrate', {
      node: 'target',
      atLeast: 'live',
    });
    expect(refusal).toMatchObject({ code: 'migration_blocked' });
    await source.inside('near', 'echo kept > /root/kept');
    await two.migrate('near', 0);
    expect(await target.status('near')).toMatchObject({ state: 'running' }); // at once: the migration ends when it has come up
    expect(await target.inside('near', 'cat /root/kept')).toBe('kept');
    await target.destroy('near');
    expect(await source.leftovers()).toEqual([]);
  });

  test('does not move to a node that is unknown, that is another one, or that has something in its way', async () => {
    const [source, target] = two.nodes;
    await source.create({ name: 'stays', template: 'busybox' });
    await source.act('start', 'stays');
    const migrate = async (node: string) =>
      await source.api.refused('POST', '/v1/ves/stays/migrate', { node });
    expect(await migrate('nobody')).toMatchObject({ code: 'peer_unknown' });
    const wrong = Array.from({ length: 32 }, () => 'AB').join(':');
    await two.trust(0, 1, { fingerprint: wrong });
    expect(await migrate('target')).toMatchObject({ code: 'peer_refused' });
    await two.trust(0, 1);
    await target.api.call('DELETE', '/v1/peers/source');
    expect(await migrate('target')).toMatchObject({ code: 'forbidden' });
    await two.trust(1, 0);
    const { ctid } = await source.show('stays');
    await target.create({ name: 'twin', template: 'busybox', ctid });
    expect(await migrate('target')).toMatchObject({ code: 'migration_blocked' });
    await target.destroy('twin');
    await target.stop();
    expect(await migrate('target')).toMatchObject({ code: 'peer_unreachable' });
    await target.start();
    expect(await source.status('stays')).toMatchObject({ state: 'running', operation: null });
    await source.destroy('stays');
  });
});
