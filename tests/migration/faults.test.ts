import type { Operation } from '@insula/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sequence } from '../checkpoint/sequence.ts';
import { FaultNode } from '../faults/fault-node.ts';
import { described } from '../faults/walk.ts';
import { eventually, haveCriu, type TestNode } from '../harness/index.ts';
import { Lan } from './lan.ts';

/*
 * kill -9 of the daemon of either node at every point of a live migration. Whatever the moment: afterwards exactly one node has the VE,
 * running, with the connection that a client had to it all along; and nothing of it is left on the other.
 */

const template = 'debian-12';
let nodes: readonly [FaultNode, FaultNode];
let lan: Lan;
let stream: Sequence;
let address = '';
/** Where the VE is. */
let at: 0 | 1 = 0;

beforeAll(async () => {
  await haveCriu();
  nodes = [
    new FaultNode({ templates: [template], name: 'source' }),
    new FaultNode({ templates: [template], name: 'target' }),
  ];
  for (const node of nodes) await node.make();
  lan = await Lan.join(nodes);
  for (const [who, whom] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const { name, port, fingerprint } = await nodes[whom].api.get<{
      name: string;
      port: number;
      fingerprint: string;
    }>('/v1/node/identity');
    await nodes[who].api.call('POST', '/v1/peers', { name, port, fingerprint, address: Lan.addressOf(whom) });
  }
  const { addresses } = await nodes[0].create({ name: 'web', template });
  address = addresses[0] ?? '';
  await nodes[0].act('start', 'web');
  await nodes[0].wait('web');
  await lan.route(address, 0);
  stream = await Sequence.open(nodes[0], 'web', address, lan.client);
});

afterAll(async () => {
  stream?.end();
  for (const node of nodes ?? []) await node.dispose();
  await lan?.remove();
});

const holders = async (): Promise<readonly TestNode[]> => {
  const found: TestNode[] = [];
  for (const node of nodes) if ((await node.ves()).some(({ state }) => state === 'running')) found.push(node);
  return found;
};

/** The actions of both sides, from a migration that nobody disturbs. */
async function undisturbed(): Promise<readonly [readonly string[], readonly string[]]> {
  const [from, to] = at === 0 ? nodes : [nodes[1], nodes[0]];
  await from.api.perform('POST', '/v1/ves/web/migrate', { node: to.name });
  at = at === 0 ? 1 : 0;
  await lan.route(address, at);
  await stream.goesOn();
  const actions = async (node: FaultNode, kind: string) =>
    (await node.latest(kind)).steps.map(({ action }) => action);
  return [await actions(from, 've.migrate'), await actions(to, 've.receive')];
}

async function crash(side: 'source' | 'target', step: number, point: 'begun' | 'done'): Promise<void> {
  const [from, to] = at === 0 ? nodes : [nodes[1], nodes[0]];
  const victim = side === 'source' ? from : to;
  victim.setFaults({ kind: side === 'source' ? 've.migrate' : 've.receive', step, point });
  await from.api.call('POST', '/v1/ves/web/migrate', { node: to.name }).catch(() => undefined);
  await victim.diesOfFault();
  await victim.recover();
  for (const node of nodes) await node.settled();
  await eventually('one node has it', async () => (await holders()).length === 1);
  const [holder] = await holders();
  at = holder === nodes[0] ? 0 : 1;
  await lan.route(address, at);
  await stream.goesOn();
  const other = nodes[at === 0 ? 1 : 0];
  expect(await other.ves()).toEqual([]);
  expect(await other.leftovers()).toEqual([]);
  const moved: Operation = await from.latest('ve.migrate');
  expect({ moved: moved.state === 'succeeded', at: nodes[at] === to }).toEqual({
    moved: nodes[at] === to,
    at: nodes[at] === to,
  });
}

/** Those whose interruption is unlike that of every other. */
const walked: readonly string[] = [
  ...[
    'offer-ve',
    'send-files',
    'hold-traffic',
    'dump-processes',
    'send-rest',
    'await-arrival',
    'hand-over',
    'kill-processes',
  ],
  ...[
    'doom-private-area',
    'receive-files',
    'begin-restore',
    'restore-processes',
    'await-decision',
    'adopt-ve',
  ],
  ...['use-checkpoint', 'let-go'],
];

test('either daemon may die at any point of a live migration', { timeout: 1_500_000 }, async () => {
  const [source, target] = await undisturbed();
  const problems: string[] = [];
  for (const [side, actions] of [
    ['source', source],
    ['target', target],
  ] as const) {
    for (const [step, action] of actions.entries()) {
      if (!walked.includes(action)) continue;
      for (const point of ['begun', 'done'] as const) {
        try {
          await crash(side, step, point);
        } catch (error) {
          problems.push(`${side} ${step} ${action} ${point}: ${described(error)}`);
          if ((await holders()).length !== 1) throw new Error(problems.join('\n'), { cause: error });
        }
      }
    }
  }
  expect(problems).toEqual([]);
});
