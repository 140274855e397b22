import { existsSync, readdirSync } from 'node:fs';
import type { Operation } from '@insula/contract';
import { expect } from 'vitest';
import type { FaultNode } from './fault-node.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** Has an operation cut off at every point of its steps, or of those that are `walked`; `check` is told how it ended. */
export async function walkSteps(
  node: FaultNode,
  { kind, ask, walked }: { readonly kind: string; readonly ask: Asked; readonly walked?: readonly string[] },
  prepare: () => Promise<void>,
  check: (operation: Operation) => Promise<void>,
): Promise<void> {
  await prepare();
  const { body: plan } = await node.api.call<{ readonly steps: readonly { readonly action: string }[] }>(
    ask.method,
    `${ask.path}?dryRun=true`,
    ask.body,
  );
  expect(plan.steps.length).toBeGreaterThan(0);
  for (const [step, { action }] of plan.steps.entries()) {
    if (walked?.includes(action) === false) continue;
    for (const point of ['begun', 'done'] as const) {
      await prepare();
      node.setFaults({ kind, step, point });
      await node.api.call(ask.method, ask.path, ask.body).catch(() => undefined);
      await node.diesOfFault();
      await node.recover();
      await check(await node.latest(kind));
    }
  }
}

export const rolledBack = { state: 'failed', recovery: 'rolled-back', error: { code: 'interrupted' } };
export const resumed = { state: 'succeeded', recovery: 'resumed', error: null };

/** Everything in the private areas of a node but logs, by name. */
export function storedIn({ paths }: FaultNode): readonly string[] {
  const areas = `${paths.pool}/private`;
  const below = (dir: string) => (existsSync(dir) ? readdirSync(dir).map((name) => `${dir}/${name}`) : []);
  const parts = below(areas).flatMap((area) => [...below(area), ...below(`${area}/snapshots`)]);
  return parts.filter((part) => !part.endsWith('.log')).sort();
}
