import type { OperationRecord, OperationRequest } from '@insula/operations';
import { expect, test } from 'vitest';
import { fakeSpec } from './fake-spec.ts';
import { OptimizeOnStop } from './optimize-on-stop.ts';
import { VeRegistry } from './registry.ts';

/** What is submitted when an operation on a VE ends. */
function submitted(
  operation: Partial<OperationRecord>,
  {
    optimizeOnStop = true,
    wanted = 'stopped',
  }: { optimizeOnStop?: boolean; wanted?: 'running' | 'stopped' } = {},
): readonly OperationRequest[] {
  const spec = fakeSpec(1, { optimizeOnStop });
  const registry = new VeRegistry();
  registry.add(spec);
  registry.note(spec.uuid, { wanted });
  const requests: OperationRequest[] = [];
  const watch = new OptimizeOnStop({
    registry,
    submit: async (request) => requests.push(request),
    log: () => undefined,
  });
  const target = { kind: 've', id: spec.uuid, name: spec.name };
  watch.operationEnded({ kind: 've.stop', state: 'succeeded', target, ...operation } as OperationRecord);
  return requests;
}

test('a VE that stopped is optimized if its settings ask for it, after whatever holds it', () => {
  for (const kind of ['ve.stop', 've.kill', 've.settle'])
    expect(submitted({ kind })).toMatchObject([{ kind: 've.optimize', ifBusy: 'wait' }]);
  expect(submitted({}, { optimizeOnStop: false })).toEqual([]);
});

test('one that failed to stop, is to come up again or was changed otherwise is not', () => {
  expect(submitted({ state: 'failed' })).toEqual([]);
  expect(submitted({ kind: 've.settle' }, { wanted: 'running' })).toEqual([]);
  for (const kind of ['ve.restart', 've.set', 've.optimize', 'snapshot.restore'])
    expect(submitted({ kind })).toEqual([]);
});
