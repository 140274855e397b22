import { beforeAll, expect, test } from 'vitest';
import { Sequence } from '../checkpoint/sequence.ts';
import { emptyAfterFailure, type TemplateName, type TestNode } from '../harness/index.ts';
import { Witness } from './soak/witness.ts';
import { TwoNodes } from './two-nodes.ts';

/*
 * One system goes back and forth, as often as INSULA_SOAK_HOPS says, and is looked at after each hop: what its programs hold, what its
 * clients have, and what its node gives it.
 */

const hops = Number(process.env['INSULA_SOAK_HOPS'] ?? 2);
const template = (process.env['INSULA_SOAK_TEMPLATE'] ?? 'debian-12') as TemplateName;
const hasSystemd = !template.endsWith('sysvinit');

let two: TwoNodes;
beforeAll(async () => {
  two = await TwoNodes.make([template]);
  return async () => await two.remove();
});
emptyAfterFailure(() => two.nodes);

/** What must be the same after each hop. */
async function settings(node: TestNode) {
  const { parameters, addresses, uuid } = await node.show('s1');
  return {
    ...{ parameters, addresses, uuid },
    inside: await node.inside(
      's1',
      'ulimit -Hn; df -k --output=size / | tail -1; nproc; grep MemTotal /proc/meminfo; hostname; ip -o addr show eth0',
    ),
  };
}

/** Hundredths of a second of CPU that init takes in a second in which nothing is asked of it. */
const initTakes = `a=$(cut -d' ' -f14,15 /proc/1/stat | tr ' ' +); sleep 1; b=$(cut -d' ' -f14,15 /proc/1/stat | tr ' ' +); echo $((($b) - ($a)))`;

const counted = async (node: TestNode) =>
  Number(/packets (\d+)/.exec(await node.inside('s1', 'nft list ruleset'))?.[1]);

test(`a system goes ${hops} times from node to node, and nothing of it is other than before`, async () => {
  const [first] = two.nodes;
  const { addresses } = await first.create({
    name: 's1',
    template,
    layout: 'image',
    parameters: { physpages: 536_870_912, numproc: 300, diskspace: 2_147_483_648 },
    start: true,
  });
  const [address = ''] = addresses;
  await first.wait('s1');
  await two.lan.route(address, 0);
  await first.inside(
    's1',
    'nft add table inet mine; nft add chain inet mine in "{ type filter hook input priority 0; }"; nft add rule inet mine in counter',
  );
  const stream = await Sequence.open(first, 's1', address, two.lan.client);
  const witness = await Witness.start(first, 's1');
  try {
    expect(await witness.report(first, 's1')).toEqual([]);
    const before = await settings(first);
    const errors = 'journalctl -p err -q --no-pager | wc -l';
    const saidBefore = hasSystemd ? await first.inside('s1', errors) : '0';
    for (let hop = 0; hop < hops; hop += 1) {
      const from = hop % 2 === 0 ? 0 : 1;
      const packets = await counted(two.nodes[from]);
      await two.migrate('s1', from, { atLeast: 'live' });
      const here = two.nodes[from === 0 ? 1 : 0];
      await stream.goesOn();
      expect({ hop, report: await witness.report(here, 's1') }).toEqual({ hop, report: [] });
      expect(await settings(here)).toEqual(before);
      expect(await counted(here)).toBeGreaterThan(packets);
      const another = await Sequence.connect(address, two.lan.client);
      another.end();
      expect(await two.nodes[from].leftovers()).toEqual([]);
      expect(Number(await here.inside('s1', initTakes))).toBeLessThan(10);
      if (!hasSystemd) continue;
      expect(await here.inside('s1', 'systemctl restart cron; systemctl is-system-running')).toBe('running');
      expect(await here.inside('s1', errors)).toBe(saidBefore);
    }
  } finally {
    stream.end();
  }
}, 3_600_000);
