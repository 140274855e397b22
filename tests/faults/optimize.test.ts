import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { DryRun, Operation, VeDetail } from '@insula/contract';
import { beforeAll, expect, test } from 'vitest';
import { btrfsPool } from '../areas/btrfs-pool.ts';
import { patient } from '../harness/index.ts';
import { type FaultPoint, useFaultNode } from './fault-node.ts';

/*
 * kill -9 of the daemon at every step of an optimization, and in the middle of them; steps that fail. Whatever happens, each VE has all
 * its files, and what was cut off is finished by the next daemon.
 */

const node = useFaultNode({ preparePool: btrfsPool, ownStore: true });
const kind = 'vzfs.optimize';
const names = ['one', 'two'] as const;
const ask = async () => await node.api.call('POST', '/v1/vzfs/optimize', { ves: names });
const areaOf = ({ uuid }: VeDetail) => `${node.paths.pool}/private/${uuid}/fs/upper`;

let ves: readonly VeDetail[] = [];
let round = 0;

beforeAll(async () => {
  for (const name of names) await node.create({ name, template: 'busybox', layout: 'subvolume' });
  ves = await Promise.all(names.map(async (name) => await node.show(name)));
});

/** What both VEs have after a change that is new to the store, by path; a file of one of them only among it. */
const contents = (ve: VeDetail): Readonly<Record<string, string>> => ({
  'opt/shared': `shared in round ${round}\n`.repeat(60_000),
  'opt/deep/er/small': `small in round ${round}\n`.repeat(400),
  'opt/own': `${ve.name} has this in round ${round}\n`.repeat(400),
});

/** Changes files as the stopped VEs would have. */
function change(): void {
  round += 1;
  for (const ve of ves) {
    mkdirSync(`${areaOf(ve)}/opt/deep/er`, { recursive: true });
    for (const [path, content] of Object.entries(contents(ve)))
      writeFileSync(`${areaOf(ve)}/${path}`, content);
  }
}

/** Whether both VEs have all their files, as they see them. */
async function expectAllThere(): Promise<void> {
  for (const ve of ves) {
    await node.act('mount', ve.name);
    const root = `${node.paths.run}/ve/${ve.uuid}/root`;
    for (const [path, content] of Object.entries(contents(ve)))
      expect(readFileSync(`${root}/${path}`, 'utf8') === content, `${ve.name}: ${path}`).toBe(true);
    await node.act('unmount', ve.name);
  }
}

/** Whether what both have is in the store, and nothing of the work is left. */
async function expectShared(): Promise<void> {
  for (const ve of ves) {
    expect(readdirSync(`${areaOf(ve)}/opt`)).toEqual(['deep', 'own']);
    expect((await node.show(ve.name)).layers).toHaveLength(1);
  }
  expect(readdirSync(`${node.paths.pool}/staging`)).toEqual([]);
}

async function steps(): Promise<readonly number[]> {
  const { body } = await node.api.call<DryRun>('POST', '/v1/vzfs/optimize?dryRun=true', { ves: names });
  return [...body.steps.keys()];
}

/** Has the operation meet a fault at every one of its steps. */
async function walk(point: FaultPoint, check: (operation: Operation) => Promise<void>): Promise<void> {
  const all = await steps();
  expect(all.length).toBeGreaterThan(10);
  for (const step of all) {
    change();
    node.setFaults({ kind, step, point });
    await ask().catch(() => undefined);
    if (point === 'fail') await node.settled();
    else {
      await node.diesOfFault();
      await node.recover();
    }
    node.setFaults();
    await check(await node.latest(kind));
  }
}

// a step that was done, but not noted, is done again: more than one that was not begun
test('a daemon that dies when a step is done is followed by one that goes on', {
  timeout: patient(240_000),
}, async () => {
  await walk('done', async (operation) => {
    expect(operation).toMatchObject({ state: 'succeeded', recovery: 'resumed', error: null });
    await expectAllThere();
    await expectShared();
  });
});

test('a step that fails loses nothing, and the next try does what was left', {
  timeout: patient(240_000),
}, async () => {
  await walk('fail', async (operation) => {
    expect(operation.state).toBe('failed');
    await expectAllThere();
    expect(readdirSync(`${node.paths.pool}/staging`)).toEqual([]);
    await node.api.perform('POST', '/v1/vzfs/optimize', { ves: names });
    await expectAllThere();
    await expectShared();
  });
});

test('a kill in the middle of a step loses nothing', { timeout: patient(240_000) }, async () => {
  for (let milliseconds = 0; milliseconds < 300; milliseconds += 25) {
    change();
    ask().catch(() => undefined);
    await delay(milliseconds);
    await node.kill9();
    await node.recover();
    await expectAllThere();
    await node.api.perform('POST', '/v1/vzfs/optimize', { ves: names });
    await expectAllThere();
    await expectShared();
  }
  expect(existsSync(`${node.paths.pool}/own-layers`)).toBe(true);
});
