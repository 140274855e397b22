import { beforeAll, expect, test } from 'vitest';
import { patient } from '../harness/index.ts';
import { type Fault, useFaultNode } from './fault-node.ts';
import { bring } from './observation.ts';
import { begin, type Scenario, scenarios } from './scenarios.ts';
import {
  expectObservation,
  expectSubjectWorks,
  type Reference,
  startBystander,
  undisturbed,
  walk,
} from './walk.ts';

/*
 * kill -9 of the daemon at every point of every step of every operation on a VE. Whatever the moment: the next daemon brings the VE
 * to where it was or to where it was asked to be, says what happened, leaves nothing behind and holds no lock.
 */

const node = useFaultNode();
let expectBystander: () => Promise<void>;

beforeAll(async () => {
  expectBystander = await startBystander(node);
});

/** Lets the operation begin and daemons die of faults, one after another; then looks at what the last one makes of it. */
async function crash(
  scenario: Scenario,
  reference: Reference,
  deaths: readonly (readonly Fault[])[],
): Promise<void> {
  const [first = [], ...others] = deaths;
  await bring(node, scenario.before);
  await expectObservation(node, reference.before);
  node.setFaults(...first);
  // the connection breaks when the daemon dies before it has answered
  await begin(node, scenario).catch(() => undefined);
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
  expect(operation.log.filter((line) => line.includes('failed'))).toEqual([]);
  await expectObservation(node, isUndone ? reference.before : reference.after);
  await expectSubjectWorks(node);
  await expectBystander();
}

test.each(scenarios)(
  '$title cut off anywhere ends as it was before or as it was asked for',
  { timeout: patient(240_000) },
  async (scenario) => {
    const { kind } = scenario;
    const reference = await undisturbed(node, scenario);
    const points = reference.actions.flatMap((action, step) =>
      (['begun', 'done'] as const).map((point) => ({
        name: `${step} ${action} ${point}`,
        kind,
        step,
        point,
      })),
    );
    await walk(node, points, async (point) => await crash(scenario, reference, [[point]]));
  },
);

/** Those that undo something after a crash. */
const undoing = scenarios.filter(
  ({ title, onCrash }) => onCrash === 'rollback' || /^a (?:re)?start/.test(title),
);

test.each(undoing)(
  '$title whose recovery is cut off as well ends as it was before or as it was asked for',
  { timeout: patient(240_000) },
  async (scenario) => {
    const { kind, onCrash } = scenario;
    const reference = await undisturbed(node, scenario);
    const last = reference.actions.length - 1;
    const points = reference.undoable.flatMap((step) =>
      (['undo-begun', 'undo-done'] as const).map((point) => ({
        name: `${step} ${reference.actions[step]} ${point}`,
        // one that resumes undoes nothing but the step that it was cut off in
        first: { kind, step: onCrash === 'resume' ? step : last, point: 'begun' as const },
        second: { kind, step, point },
      })),
    );
    await walk(node, points, async ({ first, second }) => {
      await crash(scenario, reference, [[first], [second]]);
    });
  },
);
