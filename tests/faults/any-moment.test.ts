import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { useFaultNode } from './fault-node.ts';
import { bring, type Observation, observe, subjectOf } from './observation.ts';
import { begin, type SubjectState, scenarios, subject } from './scenarios.ts';
import { calm, expectObservation, expectSubjectWorks, startBystander, walk } from './walk.ts';

/*
 * kill -9 of the daemon at any moment, between two steps or in the middle of one, while conmon, runc, ip or nft do what they were
 * told. Every run takes other moments; what failed names them.
 */

const node = useFaultNode();
let expectBystander: () => Promise<void>;

/** How the machine looks when the subject is in a state. */
const references = new Map<SubjectState | 'resumed', Observation>();
const states = ['absent', 'stopped', 'mounted', 'running', 'paused'] as const;

beforeAll(async () => {
  expectBystander = await startBystander(node);
  for (const state of states) {
    await bring(node, state);
    references.set(state, await observe(node));
  }
  // its supervisor was told to restore it, and its clocks are its own
  await bring(node, 'suspended');
  await node.act('resume', subject);
  references.set('resumed', await observe(node));
});

/** Milliseconds after which a start is over on a quiet machine. */
const longest = 160;

/**
 * Not those that leave the state as it was, whether they were done or not; nor those that begin inside, where nobody sees an init
 * that is still on its way down: the crash walk has them.
 */
const walked = scenarios.filter(
  ({ kind }) => !['ve.set', 've.rename', 've.reboot', 've.settle'].includes(kind),
);

const points = walked.flatMap((scenario) =>
  Array.from({ length: 4 }, () => {
    const milliseconds = randomInt(longest);
    return { name: `${scenario.title} after ${milliseconds} ms`, scenario, milliseconds };
  }),
);

test('a daemon that is killed at any moment leaves nothing half done', { timeout: 240_000 }, async () => {
  await walk(node, points, async ({ scenario, milliseconds }) => {
    await bring(node, scenario.before);
    void begin(node, scenario).catch(() => undefined);
    await delay(milliseconds);
    await node.kill9();
    await node.recover();
    await calm(node);
    const state = (await subjectOf(node))?.state ?? 'absent';
    expect([scenario.before, scenario.after]).toContain(state);
    const isResumed = scenario.before === 'suspended' && state === 'running';
    const reference = references.get(isResumed ? 'resumed' : state);
    if (reference !== undefined) await expectObservation(node, reference);
    await expectSubjectWorks(node);
    await expectBystander();
  });
});
