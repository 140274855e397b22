import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Operation, TemplateSummary, TemplateVersion } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { startNode, type TestNode } from '../harness/index.ts';

let node: TestNode;

beforeAll(async () => {
  // a pool of its own: what is built and removed here is nobody else's
  node = await startNode({ templates: [] });
});

const template = async (name: string) => {
  const templates = await node.api.get<readonly TemplateSummary[]>('/v1/templates');
  return templates.find((candidate) => candidate.name === name);
};

describe('a template', () => {
  test('is listed before it is built, and no VE is made from it then', async () => {
    expect(await template('busybox')).toMatchObject({
      init: 'busybox',
      version: null,
      versions: [],
      usedBy: 0,
    });
    expect(await template('debian-12')).toMatchObject({
      distribution: 'debian',
      release: '12',
      init: 'systemd',
    });
    const refused = await node.insula(['create', 'early', '--template', 'busybox']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('insula template build busybox');
  });

  test('is built with progress, once', async () => {
    const events = await node.events();
    expect(await node.insula(['template', 'build', 'busybox'])).toMatchObject({ code: 0 });
    await events.first((event) => event.kind === 'operation' && event.operation.state === 'succeeded');
    const told = events.all.flatMap((event) => (event.kind === 'operation' ? [event.operation] : []));
    expect(told.some(({ progress }) => progress > 0 && progress < 1)).toBe(true);
    events.close();
    const built = await template('busybox');
    expect(built?.versions).toEqual([built?.version]);
    expect(built?.bytes).toBeGreaterThan(100_000);
    expect(await node.insula(['template', 'build', 'busybox'])).toMatchObject({ code: 0 });
    expect((await template('busybox'))?.versions).toHaveLength(1);
  });

  test('has a new version beside the old one after a rebuild; VEs stay on theirs', async () => {
    const old = await node.create({ name: 'old', template: 'busybox' });
    const rebuild = await node.api.perform('POST', '/v1/templates/busybox/build?rebuild=true');
    const { version } = rebuild.result as TemplateVersion;
    const fresh = await node.create({ name: 'fresh', template: 'busybox', start: true });
    expect(fresh.template.version).toBe(version);
    expect(old.template.version).not.toBe(version);
    const exact = await node.create({
      name: 'exact',
      template: `busybox@${old.template.version}`,
      start: true,
    });
    expect(exact.template).toEqual(old.template);
    expect(await node.inside('exact', 'hostname')).toBe('exact');
    expect(await template('busybox')).toMatchObject({ usedBy: 3, version });
  });

  test('is not removed while VEs stand on it', async () => {
    const refused = await node.insula(['template', 'remove', 'busybox']);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('3');
    await node.destroyAll();
    expect(await node.insula(['template', 'remove', 'busybox'])).toMatchObject({ code: 0 });
    expect(await template('busybox')).toMatchObject({ version: null, versions: [] });
    expect(await node.api.refused('DELETE', '/v1/templates/busybox')).toMatchObject({
      code: 'template_not_found',
    });
    expect(await node.leftovers()).toEqual([]);
  });

  test('that is damaged is told when a VE is to be made from it or started on it', async () => {
    await node.api.perform('POST', '/v1/templates/busybox/build');
    const ve = await node.create({ name: 'victim', template: 'busybox' });
    const manifest = `${node.paths.pool}/layers/${ve.template.name}@${ve.template.version}/layer.json`;
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.slice(0, 20));
    const start = await node.api.call<Operation>('POST', '/v1/ves/victim/start');
    expect(start).toMatchObject({ status: 500, body: { code: 'template_damaged' } });
    expect(await node.status('victim')).toMatchObject({ state: 'stopped', transition: null });
    expect(
      await node.api.refused('POST', '/v1/ves', { template: `busybox@${ve.template.version}` }),
    ).toMatchObject({
      code: 'template_damaged',
    });
    writeFileSync(manifest, text);
    await node.act('start', 'victim');
    await node.destroyAll();
  });
});

describe('a definition of the administrator', () => {
  test('is built like the others, and replaces one of the same name', async () => {
    const definition = `name: mine
title: With a file of mine
extends: busybox
files:
  - path: /etc/mine
    content: "mine\\n"
environment: { WORD: "two words" }
scripts:
  - title: what the environment says
    run: echo "$WORD" > /etc/word
`;
    writeFileSync(`${node.paths.templates}/mine.yaml`, definition);
    expect(await template('mine')).toMatchObject({
      title: 'With a file of mine',
      init: 'busybox',
      version: null,
    });
    await node.api.perform('POST', '/v1/templates/mine/build');
    await node.create({ name: 'm1', template: 'mine', start: true });
    expect(await node.inside('m1', 'cat /etc/mine /etc/word')).toBe('mine\ntwo words');
    expect(await node.inside('m1', 'hostname')).toBe('m1');
    await node.destroyAll();
  });

  test('that cannot be used is told with its file, and keeps nobody from the others', async () => {
    writeFileSync(`${node.paths.templates}/broken.yaml`, 'name: broken\nsurprise: true\n');
    const problem = await node.api.refused('POST', '/v1/templates/broken/build');
    expect(problem.detail).toContain('broken.yaml');
    expect(await template('busybox')).not.toBe(undefined);
    expect(await node.api.refused('POST', '/v1/templates/nosuch/build')).toMatchObject({
      code: 'template_not_found',
    });
    expect(existsSync(`${node.paths.pool}/staging`)).toBe(true);
    expect(await node.leftovers()).toEqual([]);
  });
});
