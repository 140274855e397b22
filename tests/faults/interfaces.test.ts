import type { InterfaceView } from '@insula/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, Lan, patient } from '../harness/index.ts';
import { useFaultNode } from './fault-node.ts';
import { walk } from './walk.ts';

/*
 * kill -9 of the daemon, and failure, at every step of every change of the interfaces of a VE that runs. Afterwards the VE has the
 * interfaces that it had, or those that were asked for, with all that belongs to them: the VE never stops for it.
 */

const node = useFaultNode({ config: { network: { attachable: { bridges: ['br0'] } } } });
const machine = '198.51.100.1';
let lan: Lan;
let init: number | null;

beforeAll(async () => {
  lan = await Lan.on(node.namespace, 'br0', [`${machine}/24`]);
  await node.create({ name: 'b1', template: 'busybox', start: true });
  await node.wait('b1');
  ({ init } = await node.status('b1'));
});
afterAll(async () => await lan?.close());

interface Change {
  readonly title: string;
  readonly kind: string;
  readonly call: readonly [method: string, path: string, body?: unknown];
  /** The address on the bridge before and after; null without an interface. */
  readonly before: string | null;
  readonly after: string | null;
}

const path = '/v1/ves/b1/interfaces';
const added = { name: 'lan0', device: 'br0', mac: '02:00:00:00:00:10', addresses: ['198.51.100.10/24'] };

const changes: readonly Change[] = [
  {
    title: 'an addition',
    kind: 've.netif.add',
    call: ['POST', path, added],
    before: null,
    after: '198.51.100.10',
  },
  {
    title: 'a change of addresses and MTU',
    kind: 've.netif.set',
    call: ['PATCH', `${path}/lan0`, { addresses: ['198.51.100.11/24'], mtu: 1400 }],
    before: '198.51.100.10',
    after: '198.51.100.11',
  },
  {
    title: 'another hardware address, for which the interface is made anew',
    kind: 've.netif.set',
    call: ['PATCH', `${path}/lan0`, { addresses: ['198.51.100.11/24'], mac: '02:00:00:00:00:11' }],
    before: '198.51.100.10',
    after: '198.51.100.11',
  },
  {
    title: 'a removal',
    kind: 've.netif.remove',
    call: ['DELETE', `${path}/lan0`],
    before: '198.51.100.10',
    after: null,
  },
];

const interfaces = async () => await node.api.get<readonly InterfaceView[]>(path);

async function bring(address: string | null): Promise<void> {
  if ((await interfaces()).length > 0) await node.api.perform('DELETE', `${path}/lan0`);
  if (address !== null) await node.api.perform('POST', path, { ...added, addresses: [`${address}/24`] });
}

/** What the VE, its spec, the node and the filter say, as lines that are the same whenever the state is. */
async function seen(): Promise<readonly string[]> {
  const { interfaces: specified } = await node.show('b1');
  const inside = await node.inside('b1', 'ip -o link; ip -o -4 address');
  const ports = await node.runOnNode('bridge', 'link');
  const lines = [
    ...specified.map((one) => `spec ${JSON.stringify(one, Object.keys(one).toSorted())}`),
    ...inside
      .split('\n')
      .filter((line) => line.includes('lan0'))
      .map((line) => `inside ${/mtu \d+|inet [\d./]+/.exec(line)?.[0]}`),
    ...ports
      .split('\n')
      .filter((line) => line.includes(node.config.interfacePrefix))
      .map((line) => `port ${/master \S+/.exec(line)?.[0]}`),
    ...(await node.snapshot()).filter((line) => !isCount(line, specified.length > 0)),
  ];
  return lines.map((line) => line.replace(/"packets":\d+,"bytes":\d+/, '')).sort();
}

async function expectReached(address: string | null): Promise<void> {
  for (const one of ['198.51.100.10', '198.51.100.11']) {
    const ping = ['ping', '-c1', one === address ? '-W5' : '-W1', one];
    const { code } = await lan.namespace.attempt(...ping);
    expect({ one, isReached: code === 0 }).toEqual({ one, isReached: one === address });
  }
  expect(await node.status('b1')).toMatchObject({ state: 'running', init });
}

/**
 * Counters come with the first packet, whenever that is: only those of an interface that there is no more are left behind. Somebody may
 * have answered with an address that the VE had a moment ago, which is counted, too.
 */
const isCount = (line: string, hasInterface: boolean) =>
  line.endsWith(' in spoofed') || (hasInterface && / in (?:in|out)[46]_\d+$/.test(line));

const states = new Map<string, readonly string[]>();

async function expectSeen(end: 'before' | 'after'): Promise<void> {
  const [is, should] = [await seen(), states.get(end) ?? []];
  expect({
    missing: should.filter((line) => !is.includes(line)),
    tooMuch: is.filter((line) => !should.includes(line)),
  }).toEqual({ missing: [], tooMuch: [] });
}

/** Lets the change happen undisturbed, and remembers both ends. */
async function stepsOf({ call, kind, before, after }: Change): Promise<readonly string[]> {
  await bring(before);
  states.set('before', await seen());
  await expectReached(before);
  await node.api.perform(...call);
  states.set('after', await seen());
  await expectReached(after);
  return (await node.latest(kind)).steps.map(({ action }) => action);
}

test.each(changes)(
  '$title cut off anywhere is whole or not at all',
  { timeout: patient(240_000) },
  async (change) => {
    const { kind, call, before, after } = change;
    const actions = await stepsOf(change);
    const points = actions.flatMap((action, step) =>
      (['begun', 'done'] as const).map((point) => ({
        name: `${step} ${action} ${point}`,
        kind,
        step,
        point,
      })),
    );
    await walk(node, points, async (point) => {
      await bring(before);
      node.setFaults(point);
      await node.api.call(...call).catch(() => undefined);
      await node.diesOfFault();
      await node.recover();
      const { state } = await node.latest(kind);
      const end = state === 'succeeded' ? 'after' : 'before';
      await expectSeen(end);
      await expectReached(end === 'after' ? after : before);
    });
  },
);

test.each(changes)(
  '$title of which a step fails is not there at all',
  { timeout: patient(240_000) },
  async (change) => {
    const { kind, call, before } = change;
    const actions = await stepsOf(change);
    const points = actions.map((action, step) => ({
      name: `${step} ${action}`,
      kind,
      step,
      point: 'fail' as const,
    }));
    await walk(node, points, async (point) => {
      await bring(before);
      node.setFaults(point);
      const { body } = await node.api.call<{ readonly id: string }>(...call);
      await eventually('it has failed', async () => (await node.latest(kind)).state === 'failed');
      node.setFaults();
      expect(body.id).toBe((await node.latest(kind)).id);
      await expectSeen('before');
      await expectReached(before);
    });
  },
);
