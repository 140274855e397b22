import type { CapacityRow, Sample, SampleFinding } from '@insula/contract';
import { expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });
const gibibyte = 2 ** 30;

test('a VE is made from a sample, with changes on top, and another sample is applied to several', async () => {
  const created = await node.insula([
    'create',
    's1',
    '--template',
    'busybox',
    '--sample',
    'light',
    '--numproc',
    '77',
    // a folder, which test nodes have for a pool, limits no space
    '--diskspace',
    'unlimited',
  ]);
  expect(created).toMatchObject({ code: 0 });
  expect((await node.show('s1')).parameters).toMatchObject({ numproc: 77, cpulimit: 50 });
  await node.create({ name: 's2', template: 'busybox', start: true });
  await node.insula(['sample', 'save', 'mine', '--numproc', '123', '--ram', '100M:128M']);
  expect(await node.insula(['apply-sample', 'mine', 's1', 's2'])).toMatchObject({ code: 0 });
  for (const name of ['s1', 's2']) {
    expect((await node.show(name)).parameters).toEqual({
      numproc: 123,
      physpages: { barrier: 100 * 2 ** 20, limit: 128 * 2 ** 20 },
    });
  }
});

test('samples of one’s own are kept, scaled, split and removed; those shipped stay', async () => {
  await node.restart();
  const names = (await node.api.get<readonly Sample[]>('/v1/samples')).map(({ name }) => name);
  for (const name of ['light', 'basic', 'web', 'database', 'unlimited', 'S', 'M', 'L', 'XL', 'mine'])
    expect(names).toContain(name);
  await node.insula(['sample', 'scale', 'mine', 'double', '--percent', '200']);
  expect((await node.api.get<Sample>('/v1/samples/double')).parameters).toMatchObject({ numproc: 246 });
  const split = await node.insula(['sample', 'split', 'half', '2']);
  expect(split.code, split.stderr).toBe(0);
  const [memory] = await node.api.get<readonly CapacityRow[]>('/v1/capacity');
  const half = await node.api.get<Sample>('/v1/samples/half');
  expect(Number(half.parameters.vmguarpages) * 2).toBeLessThanOrEqual(
    (memory?.total ?? 0) - (memory?.reserve ?? 0),
  );
  const findings = await node.api.get<readonly SampleFinding[]>('/v1/samples/half/findings');
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(await node.insula(['sample', 'remove', 'double'])).toMatchObject({ code: 0 });
  expect(await node.insula(['sample', 'remove', 'light'])).toMatchObject({ code: 5 });
});

test('a sample that there is not, or with what is no parameter, is refused by name', async () => {
  const missing = await node.insula(['create', 's3', '--template', 'busybox', '--sample', 'lights']);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain('did you mean light?');
  const unknown = await node.api.refused('PUT', '/v1/samples/odd', { parameters: { rum: 1 } });
  expect(unknown).toMatchObject({ code: 'unknown_field' });
  const wrong = await node.api.refused('PUT', '/v1/samples/odd', {
    parameters: { physpages: 2 ** 27, vmguarpages: gibibyte },
  });
  expect(wrong).toMatchObject({ code: 'invalid_parameter' });
});

test('promises add up: what is promised to VEs that run cannot be promised again', async () => {
  const [memory] = await node.api.get<readonly CapacityRow[]>('/v1/capacity');
  const most = Math.floor((memory?.promisable ?? 0) / gibibyte) * gibibyte;
  const parameters = { vmguarpages: most };
  await node.api.perform('POST', '/v1/ves', { name: 'p1', template: 'busybox', parameters, start: true });
  await node.api.perform('POST', '/v1/ves', {
    name: 'p2',
    template: 'busybox',
    parameters: { vmguarpages: 2 * gibibyte },
  });
  const refused = await node.insula(['start', 'p2']);
  expect(refused.code).toBe(6);
  expect(refused.stderr).toContain('can still be promised');
  expect(await node.insula(['start', 'p2', '--force'])).toMatchObject({ code: 0 });
  const [after] = await node.api.get<readonly CapacityRow[]>('/v1/capacity');
  expect(after).toMatchObject({ promised: most + 2 * gibibyte, promisable: 0 });
  expect((await node.insula(['capacity'])).stdout).toMatch(/memory +[\d.]+G/);
  for (const name of ['p1', 'p2']) await node.destroy(name);
});
