import type { Operation } from '@insula/contract';
import { beforeAll, expect, test } from 'vitest';
import { eventually } from '../harness/index.ts';
import { type Fault, useBundle, useFaultNode } from './fault-node.ts';
import { bring, bystander, differences, type Observation, observe, subjectOf } from './observation.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/*
 * kill -9 of the daemon at every point of every step of every operation on a VE. Whatever the moment: the next daemon brings the VE
 * to where it was or to where it was asked to be, says what happened, leaves nothing behind and holds no lock.
 */

useBundle();
const node = useFaultNode();
let bystanderInit: number | null;

beforeAll(async () => {
  await node.create({ name: bystander, template: 'busybox' });
  await node.act('start', bystander);
  bystanderInit = (await node.status(bystander)).init;
});

/** What the operation does when nobody disturbs it. */
interface Reference {
  readonly steps: readonly string[];
  readonly before: Observation;
  readonly after: Observation;
}

async function undisturbed(scenario: Scenario): Promise<Reference> {
  node.setFaults();
  await bring(node, scenario.before);
  const earlier = await newest(scenario.kind);
  const before = await observe(node);
  await scenario.begin(node);
  const operation = await eventually(
    `a ${scenario.kind}`,
    async () => {
      const found = await newest(scenario.kind);
      return found !== undefined && found.id !== earlier?.id && found.endedAt !== null ? found : undefined;
    },
    { interval: 10 },
  );
  expect(operation).toMatchObject({ state: 'succeeded', recovery: null });
  const after = await observe(node);
  expect({ before: before.state, after: after.state }).toEqual({
    before: scenario.before,
    after: scenario.after,
  });
  return { steps: operation.steps.map((step) => step.action), before, after };
}

async function newest(kind: string): Promise<Operation | undefined> {
  return (await node.operations('limit=10')).find((operation) => operation.kind === kind);
}

/** Lets the operation begin and the daemon die of faults, one after another; then looks at what the last one makes of it. */
async function crash(scenario: Scenario, reference: Reference, deaths: readonly (readonly Fault[])[]) {
  const [first = [], ...others] = deaths;
  await bring(node, scenario.before);
  expect(differences(await observe(node), reference.before)).toEqual([]);
  node.setFaults(...first);
  // the connection breaks when the daemon dies before it has answered
  await scenario.begin(node).catch(() => undefined);
  await node.diesOfFault();
  for (const faults of others) {
    node.setFaults(...faults);
    node.launch();
    await node.diesOfFault();
  }
  await node.recover();
  const isUndone = scenario.onCrash === 'rollback';
  const operation = await node.latest(scenario.kind);
  expect(operation).toMatchObject(
    isUndone
      ? { state: 'failed', recovery: 'rolled-back', error: { code: 'interrupted' } }
      : { state: 'succeeded', recovery: 'resumed', error: null },
  );
  expect(operation.log.filter((line) => /failed/.test(line))).toEqual([]);
  const expected = isUndone ? reference.before : reference.after;
  expect(differences(await observe(node), expected)).toEqual([]);
  await expectWorkingSubject();
  expect((await node.status(bystander)).init).toBe(bystanderInit);
  return operation;
}

async function expectWorkingSubject(): Promise<void> {
  const ve = await subjectOf(node);
  if (ve?.state !== 'running') return;
  expect(await node.inside(ve.name, 'hostname')).toBe(ve.hostname);
  const [address = ''] = ve.addresses;
  await node.runOnNode('ping', '-c', '1', '-W', '5', address);
}

/** Every point is tried, so that one run shows all that is wrong. */
async function walk(points: readonly string[], visit: (point: string) => Promise<unknown>): Promise<void> {
  const problems: string[] = [];
  for (const point of points) {
    try {
      await visit(point);
    } catch (error) {
      problems.push(`${point}: ${describe(error)}`);
      if (node.daemonPid === null) await node.recover();
    }
  }
  expect(problems).toEqual([]);
}

function describe(error: unknown): string {
  const { message, actual } = error as { readonly message: string; readonly actual?: unknown };
  return actual === undefined ? message : `${message}: ${JSON.stringify(actual)}`;
}

test.each(scenarios)(
  '$title cut off anywhere ends as it was before or as it was asked for',
  { timeout: 240_000 },
  async (scenario) => {
    const { kind } = scenario;
    const reference = await undisturbed(scenario);
    const points = reference.steps.flatMap((action, step) =>
      (['begun', 'done'] as const).map((point) => ({ name: `${step} ${action} ${point}`, step, point })),
    );
    await walk(
      points.map(({ name }) => name),
      async (name) => {
        const found = points.find((point) => point.name === name);
        if (found !== undefined) await crash(scenario, reference, [[{ kind, ...found }]]);
      },
    );
  },
);
