import { beforeAll, expect, test } from 'vitest';
import { patient } from '../harness/index.ts';
import { useFaultNode } from './fault-node.ts';
import { bring } from './observation.ts';
import { begin, scenarios } from './scenarios.ts';
import {
  calm,
  expectObservation,
  expectSubjectWorks,
  operationOf,
  startBystander,
  undisturbed,
  walk,
} from './walk.ts';

/* Every step of every operation on a VE fails once, with and without a kill -9 of the daemon while what was done is undone. */

const node = useFaultNode();
let expectBystander: () => Promise<void>;

beforeAll(async () => {
  expectBystander = await startBystander(node);
});

const failure = { state: 'failed', error: { code: 'internal' } };

/** Operations that undo all they did; the others have steps that cannot be taken back. */
const reversible = scenarios.filter(
  ({ title, onCrash }) => onCrash === 'rollback' || title.startsWith('a start'),
);
const irreversible = scenarios.filter((scenario) => !reversible.includes(scenario));

test.each(reversible)(
  '$title of which a step fails leaves everything as it was',
  { timeout: patient(240_000) },
  async (scenario) => {
    const { kind } = scenario;
    const reference = await undisturbed(node, scenario);
    const points = reference.actions.map((action, step) => ({ name: `${step} ${action}`, step }));
    await walk(node, points, async ({ step }) => {
      await bring(node, scenario.before);
      node.setFaults({ kind, step, point: 'fail' });
      const operation = await operationOf(node, scenario);
      node.setFaults();
      expect(operation).toMatchObject({ ...failure, recovery: null });
      expect(operation.log.filter((line) => line.includes('failed'))).toEqual([]);
      await expectObservation(node, reference.before);
      await expectBystander();
    });
  },
);

test.each(reversible)(
  '$title that fails, and is cut off while it is undone, leaves everything as it was',
  { timeout: patient(240_000) },
  async (scenario) => {
    const { kind } = scenario;
    const reference = await undisturbed(node, scenario);
    const last = reference.actions.length - 1;
    const points = reference.undoable.flatMap((step) =>
      (['undo-begun', 'undo-done'] as const).map((point) => ({
        name: `${step} ${reference.actions[step]} ${point}`,
        step,
        point,
      })),
    );
    await walk(node, points, async ({ step, point }) => {
      await bring(node, scenario.before);
      node.setFaults({ kind, step: last, point: 'fail' }, { kind, step, point });
      await begin(node, scenario).catch(() => undefined);
      await node.diesOfFault();
      await node.recover();
      expect(await node.latest(kind)).toMatchObject({ ...failure, recovery: 'rolled-back' });
      await expectObservation(node, reference.before);
      await expectBystander();
    });
  },
);

test.each(irreversible)(
  '$title of which a step fails says so, and what is done next makes good what it left',
  { timeout: patient(240_000) },
  async (scenario) => {
    const { kind } = scenario;
    const reference = await undisturbed(node, scenario);
    const points = reference.actions.map((action, step) => ({ name: `${step} ${action}`, step }));
    await walk(node, points, async ({ step }) => {
      await bring(node, scenario.before);
      node.setFaults({ kind, step, point: 'fail' });
      const operation = await operationOf(node, scenario);
      node.setFaults();
      expect(operation).toMatchObject(failure);
      await calm(node);
      // what a destruction did not get to remove goes when the daemon comes up
      if (operation.steps[step]?.action === 'remove-private-area') await node.restart();
      await bring(node, 'running');
      // a frozen init that was told to end does so as soon as it is let go on
      if (scenario.before === 'paused') await calm(node);
      await bring(node, 'running');
      await expectSubjectWorks(node);
      await bring(node, scenario.before);
      await expectObservation(node, reference.before);
      await expectBystander();
    });
  },
);
