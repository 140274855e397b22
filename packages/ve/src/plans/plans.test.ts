import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeSpec } from '../fake-spec.ts';
import { cgroupLayout, runLayout } from '../run-layout.ts';
import {
  planCreate,
  planDestroy,
  planKill,
  planMount,
  planPause,
  planReboot,
  planReconnect,
  planRestart,
  planResume,
  planSet,
  planSetRuntime,
  planSettle,
  planStart,
  planStayDown,
  planStop,
  planUnmount,
  type VePlan,
} from './plans.ts';

const spec = fakeSpec();
const layout = { run: runLayout('/run/insula'), groups: cgroupLayout('insula') };
const shutdown = { stopSignal: 38, timeoutSeconds: 120, paused: false };
const down = { mounted: false };
const actionsOf = ({ steps }: VePlan): readonly string[] => steps.map(({ action }) => action);

const mount = ['make-run-dir', 'mount-root'];
const rest = [
  ...['make-cgroups', 'write-bundle', 'begin-logs', 'apply-limits', 'write-identity'],
  ...['create-container', 'claim-addresses', 'connect-network', 'start-container', 'note-wanted'],
];
const start = [...mount, ...rest];
const settle = [
  ...['disconnect-network', 'delete-container', 'remove-cgroups', 'unmount-root', 'remove-run-dir'],
];

describe('the order of', () => {
  test('a creation', () => {
    expect(actionsOf(planCreate(spec, layout, { start: false }))).toEqual([
      'make-private-area',
      'write-spec',
    ]);
    expect(actionsOf(planCreate(spec, layout, { start: true }))).toEqual([
      ...['make-private-area', 'write-spec'],
      ...start,
    ]);
  });

  test('a start, which leaves a root that is mounted as it is', () => {
    expect(actionsOf(planStart(spec, layout, down))).toEqual(start);
    expect(actionsOf(planStart(spec, layout, { mounted: true }))).toEqual(rest);
  });

  test('a start, of which what needs nothing of each other is side by side', () => {
    const beside = ({ steps }: VePlan) =>
      steps.flatMap((step) => (step.beside === true ? [step.action] : []));
    const always = ['write-bundle', 'begin-logs', 'write-identity', 'claim-addresses'];
    expect(beside(planStart(spec, layout, down))).toEqual(['make-cgroups', ...always]);
    expect(beside(planStart(spec, layout, { mounted: true }))).toEqual(always);
  });

  test('a stop, which lets a frozen init hear first', () => {
    expect(actionsOf(planStop(spec, layout, shutdown))).toEqual([
      ...['signal-init', 'await-exit', 'note-wanted'],
      ...settle,
    ]);
    expect(actionsOf(planStop(spec, layout, { ...shutdown, paused: true })).slice(0, 3)).toEqual([
      ...['signal-init', 'resume-container', 'await-exit'],
    ]);
  });

  test('a stop, whose time holds for all that it waits for', () => {
    const waits = planStop(spec, layout, { ...shutdown, timeoutSeconds: 2 }).steps.slice(0, 2);
    expect(waits.map(({ args }) => args)).toMatchObject([{ timeoutSeconds: 2 }, { timeoutSeconds: 2 }]);
  });

  test('a kill, a restart and a reboot', () => {
    expect(actionsOf(planKill(spec, layout))).toEqual(['kill-processes', 'note-wanted', ...settle]);
    expect(actionsOf(planRestart(spec, layout, shutdown))).toEqual([
      ...['signal-init', 'await-exit'],
      ...settle,
      ...start,
    ]);
    expect(actionsOf(planReboot(spec, layout))).toEqual([...settle, ...start]);
  });

  test('a destruction, of a VE that runs, that left something, and that is down', () => {
    const end = ['doom-private-area', 'remove-private-area'];
    const destroy = (running: boolean, unsettled: boolean) =>
      actionsOf(planDestroy(spec, layout, { running, unsettled }));
    expect(destroy(true, true)).toEqual(['kill-processes', ...settle, ...end]);
    expect(destroy(false, true)).toEqual([...settle, ...end]);
    expect(destroy(false, false)).toEqual(['disconnect-network', ...end]);
  });

  test('what ended by itself: a crashed VE is still wanted', () => {
    expect(actionsOf(planSettle(spec, layout, true))).toEqual(settle);
    expect(actionsOf(planSettle(spec, layout, false))).toEqual(['note-wanted', ...settle]);
  });

  test('small changes', () => {
    const next = fakeSpec(1, { parameters: { numproc: 400 } });
    expect(actionsOf(planSet(next, spec, null))).toEqual(['write-spec']);
    const running = { cgroup: 'insula/ve/101', from: spec.parameters, to: next.parameters };
    expect(actionsOf(planSet(next, spec, running))).toEqual(['apply-limits', 'write-spec']);
    const inside = { ...running, to: { nummsg: 7 } };
    expect(actionsOf(planSet(next, spec, inside))).toEqual(['apply-limits', 'limit-inside', 'write-spec']);
    expect(actionsOf(planSetRuntime(spec, running, null, ['forced']))).toEqual([
      ...['remark', 'apply-limits', 'note-parameters'],
    ]);
    expect(actionsOf(planPause(spec))).toEqual(['pause-container']);
    expect(actionsOf(planResume(spec))).toEqual(['resume-container']);
    expect(actionsOf(planMount(spec, layout))).toEqual(mount);
    expect(actionsOf(planUnmount(spec, layout))).toEqual(['unmount-root', 'remove-run-dir']);
    expect(actionsOf(planStayDown(spec))).toEqual(['note-wanted']);
    expect(actionsOf(planReconnect(spec))).toEqual(['repair-network']);
    const reached = fakeSpec(1, { groups: ['web'] });
    expect(actionsOf(planSet(reached, spec, null))).toEqual(['write-spec']);
    expect(actionsOf(planSet(reached, spec, { ...running, to: running.from }))).toEqual([
      ...['write-spec', 'change-network', 'write-identity'],
    ]);
  });
});

test('everything that a start makes is taken away by settling, in the reverse order', () => {
  const counterparts: Readonly<Record<string, string>> = {
    'make-run-dir': 'remove-run-dir',
    'mount-root': 'unmount-root',
    'make-cgroups': 'remove-cgroups',
    'create-container': 'delete-container',
    'connect-network': 'disconnect-network',
  };
  /** What these leave goes with the cgroups, the folder of the run, the container or the network, or is meant to stay. */
  const leaveNothing = [
    ...['apply-limits', 'write-identity', 'write-bundle', 'begin-logs', 'claim-addresses'],
    ...['start-container', 'note-wanted'],
  ];
  const made = start.filter((action) => !leaveNothing.includes(action));
  expect(made.map((action) => counterparts[action]).toReversed()).toEqual(settle);
});

const anyPlan: fc.Arbitrary<VePlan> = fc
  .record({
    running: fc.boolean(),
    unsettled: fc.boolean(),
    paused: fc.boolean(),
    mounted: fc.boolean(),
    crashed: fc.boolean(),
  })
  .chain(({ running, unsettled, paused, mounted, crashed }) =>
    fc.constantFrom(
      planCreate(spec, layout, { start: running }),
      planStart(spec, layout, { mounted }),
      planStop(spec, layout, { ...shutdown, paused }),
      planKill(spec, layout),
      planRestart(spec, layout, { ...shutdown, paused }),
      planReboot(spec, layout),
      planSettle(spec, layout, crashed),
      planDestroy(spec, layout, { running, unsettled }),
    ),
  );

test('nothing is taken away before its processes have ended', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const actions = actionsOf(plan);
      const ends = ['await-exit', 'kill-processes'].map((action) => actions.lastIndexOf(action));
      const firstLoss = actions.indexOf('disconnect-network');
      if (firstLoss !== -1) expect(firstLoss).toBeGreaterThan(Math.max(...ends));
    }),
  );
});

test('no destruction dooms a private area before all of the run is gone, and then it cannot be cancelled', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), (running, unsettled) => {
      const plan = planDestroy(spec, layout, { running, unsettled });
      const doom = actionsOf(plan).indexOf('doom-private-area');
      expect(plan.cancellableBefore).toBe(doom);
      expect(actionsOf(plan).slice(doom)).toEqual(['doom-private-area', 'remove-private-area']);
      if (running) expect(actionsOf(plan)[0]).toBe('kill-processes');
    }),
  );
});

test('a stop can be cancelled while init is waited for, and not when its run is being taken away', () => {
  for (const plan of [planStop(spec, layout, shutdown), planRestart(spec, layout, shutdown)])
    expect(actionsOf(plan).slice(0, plan.cancellableBefore)).toEqual(['signal-init', 'await-exit']);
  expect(planKill(spec, layout).cancellableBefore).toBe(0);
});

test('only what has to be as before when it fails is rolled back by a later daemon', () => {
  const rolledBack = [
    planCreate(spec, layout, { start: true }),
    planSet(spec, spec, null),
    planPause(spec),
    planMount(spec, layout),
  ];
  expect(rolledBack.map(({ onCrash }) => onCrash)).toEqual(rolledBack.map(() => 'rollback'));
  const resumed = [
    planStart(spec, layout, down),
    planStop(spec, layout, shutdown),
    planDestroy(spec, layout, { running: true, unsettled: true }),
  ];
  expect(resumed.map(({ onCrash }) => onCrash)).toEqual(resumed.map(() => 'resume'));
});

test('plans are plain JSON: a later daemon reads them as they were', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    }),
  );
});

test('a stop says how long it waits, and what it sends', () => {
  const { steps } = planStop(spec, layout, { ...shutdown, timeoutSeconds: 7 });
  expect(steps[0]).toMatchObject({ args: { uuid: spec.uuid, signal: 38 } });
  expect(steps[1]).toMatchObject({ args: { uuid: spec.uuid, timeoutSeconds: 7 } });
});
