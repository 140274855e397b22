import { randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { TemplateSummary, TemplateVersion } from '@insula/contract';
import { expect, test } from 'vitest';
import { eventually, patient } from '../harness/index.ts';
import { type FaultPoint, useFaultNode } from './fault-node.ts';
import { walk } from './walk.ts';

/** Its pool is its own: nothing is built at first. Others may use the machine's network at the same time. */
const node = useFaultNode({
  templates: [],
  onMachineNetwork: true,
  config: { interfacePrefix: 'tf', network: { nat: false, pool: '10.98.0.0/22' } },
});

const kind = 'template.build';
const path = '/v1/templates/busybox/build?rebuild=true';

const entries = (dir: string) => (existsSync(dir) ? readdirSync(dir) : []);

async function builtVersions(): Promise<readonly string[]> {
  const templates = await node.api.get<readonly TemplateSummary[]>('/v1/templates');
  return templates.flatMap(({ name, versions }) => versions.map((version) => `${name}@${version}`));
}

/** Nothing of a build is there but what was built before. */
async function expectOnly(layers: readonly string[]): Promise<void> {
  expect(await node.leftovers()).toEqual([]);
  expect(entries(`${node.paths.pool}/staging`)).toEqual([]);
  expect(entries(`${node.paths.pool}/layers`)).toEqual(layers);
  expect(await builtVersions()).toEqual(layers);
}

test('a build that is cut off anywhere leaves nothing, and another one succeeds', {
  timeout: patient(240_000),
}, async () => {
  const { steps } = await node.api.perform('POST', path);
  const layers = entries(`${node.paths.pool}/layers`);
  const points = steps.flatMap(({ action }, step) =>
    (['begun', 'done'] as const).map((point) => ({ name: `${step} ${action} ${point}`, step, point })),
  );
  await walk(node, points, async ({ step, point }) => {
    node.setFaults({ kind, step, point });
    await node.api.call('POST', path).catch(() => undefined);
    await node.diesOfFault();
    await node.recover();
    const error = { code: 'interrupted' };
    expect(await node.latest(kind)).toMatchObject({ state: 'failed', recovery: 'rolled-back', error });
    await expectOnly(layers);
  });
  await node.api.perform('POST', path);
  expect(await builtVersions()).toHaveLength(layers.length + 1);
});

test('a build of which a step fails, or its undo is cut off, leaves nothing', {
  timeout: patient(240_000),
}, async () => {
  const { steps } = await node.api.perform('POST', path);
  const layers = entries(`${node.paths.pool}/layers`);
  const failing = steps.map(({ action }, step) => ({ name: `${step} ${action} fail`, step, undo: null }));
  const last = steps.length - 1;
  const undone = [0, last].flatMap((step) =>
    (['undo-begun', 'undo-done'] as const).map((undo) => ({ name: `${step} ${undo}`, step, undo })),
  );
  const points: readonly {
    readonly name: string;
    readonly step: number;
    readonly undo: FaultPoint | null;
  }[] = [...failing, ...undone];
  await walk(node, points, async ({ step, undo }) => {
    if (undo === null) {
      node.setFaults({ kind, step, point: 'fail' });
      expect(await node.api.attempt('POST', path)).toMatchObject({ state: 'failed' });
      node.setFaults();
    } else {
      node.setFaults({ kind, step: last, point: 'fail' }, { kind, step, point: undo });
      await node.api.call('POST', path).catch(() => undefined);
      await node.diesOfFault();
      await node.recover();
    }
    await expectOnly(layers);
  });
});

test('an import that is cut off anywhere is finished by the next daemon', {
  timeout: patient(240_000),
}, async () => {
  const archive = `${node.paths.dir}/busybox.tar.zst`;
  const imports = '/v1/template-imports';
  const build = (await node.api.perform('POST', path)).result as TemplateVersion;
  const layer = `busybox@${build.version}`;
  await node.api.perform('POST', `/v1/templates/${layer}/export`, { path: archive });
  await node.api.perform('DELETE', '/v1/templates/busybox');
  const { steps } = await node.api.perform('POST', imports, { path: archive });
  const points = steps.flatMap(({ action }, step) =>
    (['begun', 'done'] as const).map((point) => ({ name: `${step} ${action} ${point}`, step, point })),
  );
  await walk(node, points, async ({ step, point }) => {
    await node.api.perform('DELETE', '/v1/templates/busybox');
    node.setFaults({ kind: 'template.import', step, point });
    await node.api.call('POST', imports, { path: archive }).catch(() => undefined);
    await node.diesOfFault();
    await node.recover();
    expect(await node.latest('template.import')).toMatchObject({ state: 'succeeded', recovery: 'resumed' });
    await expectOnly([layer]);
    const verified = await node.api.perform('POST', `/v1/templates/${layer}/verify`);
    expect(verified.result).toMatchObject({ problems: [] });
  });
  node.setFaults({ kind: 'template.import', step: steps.length - 1, point: 'fail' });
  await node.api.perform('DELETE', '/v1/templates/busybox');
  expect(await node.api.attempt('POST', imports, { path: archive })).toMatchObject({ state: 'failed' });
  node.setFaults();
  await expectOnly([]);
});

test('a build whose daemon is killed at any moment leaves nothing', {
  timeout: patient(240_000),
}, async () => {
  const { steps } = await node.api.perform('POST', path);
  const longest = steps.reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0);
  const layers = entries(`${node.paths.pool}/layers`);
  const points = Array.from({ length: 12 }, () => randomInt(Math.ceil(longest)));
  await walk(
    node,
    points.map((milliseconds) => ({ name: `after ${milliseconds} ms`, milliseconds })),
    async ({ milliseconds }) => {
      void node.api.call('POST', path).catch(() => undefined);
      await delay(milliseconds);
      await node.kill9();
      await node.recover();
      if ((await node.latest(kind)).state === 'failed') await expectOnly(layers);
      else layers.splice(0, layers.length, ...entries(`${node.paths.pool}/layers`));
    },
  );
});

test('no process of a build outlives the daemon that is killed in the middle of it', async () => {
  const debian = '/v1/templates/debian-12/build';
  const { id } = await node.api.begin('POST', debian);
  const ofBuild = async () => (await node.leftovers()).filter((line) => line.startsWith('process '));
  await eventually('packages are being installed', async () => {
    const lines = await ofBuild();
    return lines.some((line) => /dpkg|apt-get|tar /.test(line));
  });
  await node.kill9();
  await eventually('its processes end', async () => (await ofBuild()).length === 0, { timeout: 5_000 });
  await node.recover();
  expect(await node.api.ended(id)).toMatchObject({ state: 'failed', recovery: 'rolled-back' });
  expect(entries(`${node.paths.pool}/staging`)).toEqual([]);
  expect((await builtVersions()).filter((name) => name.startsWith('debian'))).toEqual([]);
});
