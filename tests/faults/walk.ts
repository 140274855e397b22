import { readFileSync } from 'node:fs';
import type { Operation } from '@insula/contract';
import { expect } from 'vitest';
import { eventually } from '../harness/index.ts';
import type { FaultNode } from './fault-node.ts';
import { bring, bystander, differences, type Observation, observe, subjectOf } from './observation.ts';
import { begin, type Scenario, undoable } from './scenarios.ts';

/** What an operation does when nobody disturbs it. */
export interface Reference {
  readonly actions: readonly string[];
  /** Numbers of the steps that have an undo. */
  readonly undoable: readonly number[];
  readonly before: Observation;
  readonly after: Observation;
}

/** Puts a VE beside the subject that runs all the time. Answers a check that it still does. */
export async function startBystander(node: FaultNode): Promise<() => Promise<void>> {
  await node.create({ name: bystander, template: 'busybox' });
  await node.act('start', bystander);
  const { init } = await node.status(bystander);
  return async () => {
    expect(await node.status(bystander)).toMatchObject({ state: 'running', init });
  };
}

export async function undisturbed(node: FaultNode, scenario: Scenario): Promise<Reference> {
  node.setFaults();
  await bring(node, scenario.before);
  const before = await observe(node);
  const withUndo = await undoable(node, scenario);
  const operation = await operationOf(node, scenario);
  expect(operation).toMatchObject({ state: 'succeeded', recovery: null });
  const after = await observe(node);
  expect({ before: before.state, after: after.state }).toEqual({
    before: scenario.before,
    after: scenario.after,
  });
  const actions = operation.steps.map((step) => step.action);
  const numbers = actions.flatMap((action, step) => (withUndo.has(action) ? [step] : []));
  return { actions, undoable: numbers, before, after };
}

/** Lets the operation happen, and answers it once it has ended. */
export async function operationOf(node: FaultNode, scenario: Scenario): Promise<Operation> {
  const earlier = await newest(node, scenario.kind);
  await begin(node, scenario);
  return await eventually(
    `a ${scenario.kind}`,
    async () => {
      const found = await newest(node, scenario.kind);
      return found !== undefined && found.id !== earlier?.id && found.endedAt !== null ? found : undefined;
    },
    { interval: 10 },
  );
}

async function newest(node: FaultNode, kind: string): Promise<Operation | undefined> {
  return (await node.operations('limit=10')).find((operation) => operation.kind === kind);
}

export async function expectObservation(node: FaultNode, expected: Observation): Promise<void> {
  expect(differences(await observe(node), expected)).toEqual([]);
}

/** A VE that is said to run takes commands and can be reached. */
export async function expectSubjectWorks(node: FaultNode): Promise<void> {
  const ve = await subjectOf(node);
  if (ve?.state !== 'running') return;
  expect(await node.inside(ve.name, 'hostname')).toBe(ve.hostname);
  const [address = ''] = ve.addresses;
  await node.runOnNode('ping', '-c', '1', '-W', '5', address);
}

/** Settles when nothing happens any more: an init that was told to end has ended, and what follows of it is done. */
export async function calm(node: FaultNode): Promise<void> {
  let last = '';
  await eventually(
    'nothing happens any more',
    async () => {
      const ve = await subjectOf(node);
      const now = JSON.stringify([ve?.state, ve?.init, ve?.operation]);
      const isCalm = now === last && (ve?.operation ?? null) === null && isAlive(ve?.init ?? null);
      last = now;
      return isCalm;
    },
    { interval: 150 },
  );
}

function isAlive(pid: number | null): boolean {
  return pid === null || !/^State:\s+[ZX]/m.test(readStatus(pid));
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return 'State: X';
  }
}

/** Visits every point, so that one run shows all that is wrong. @throws AssertionError with what was wrong where */
export async function walk<Point extends { readonly name: string }>(
  node: FaultNode,
  points: readonly Point[],
  visit: (point: Point) => Promise<void>,
): Promise<void> {
  const problems: string[] = [];
  for (const point of points) {
    try {
      await visit(point);
    } catch (error) {
      problems.push(`${point.name}: ${described(error)}`);
      node.setFaults();
      if (node.daemonPid === null) await node.recover();
      await calm(node);
    }
  }
  expect(problems).toEqual([]);
}

export function described(error: unknown): string {
  const { message, actual } = error as { readonly message: string; readonly actual?: unknown };
  return actual === undefined ? message : `${message}: ${JSON.stringify(actual)}`;
}
