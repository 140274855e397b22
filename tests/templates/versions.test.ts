import { rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import type { TemplateDetail, TemplateDiff, TemplateVerification, TemplateVersion } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { run, startNode, type TestNode } from '../harness/index.ts';

let node: TestNode;

const definition = (content: string) => `name: mine
title: Mine
extends: busybox
files:
  - path: /etc/mine
    content: "${content}"
  - path: /etc/with a space
    content: same
`;

const define = (content: string) => writeFileSync(`${node.paths.templates}/mine.yaml`, definition(content));
const update = async () =>
  (await node.api.perform('POST', '/v1/templates/mine/update')).result as TemplateVersion;
const verify = async (template: string) =>
  (await node.api.perform('POST', `/v1/templates/${template}/verify`)).result as TemplateVerification;

beforeAll(async () => {
  node = await startNode({ templates: [] });
  await node.api.perform('POST', '/v1/templates/busybox/build');
});

describe('a template with several versions', () => {
  let first: TemplateVersion;
  let second: TemplateVersion;

  test('gets them by updates; VEs stay on theirs', async () => {
    define('one');
    first = await update();
    await node.create({ name: 'early', template: 'mine', start: true });
    define('two');
    second = await update();
    expect(second.version).not.toBe(first.version);
    await node.create({ name: 'late', template: 'mine', start: true });
    expect(await node.inside('early', 'cat /etc/mine')).toBe('one');
    expect(await node.inside('late', 'cat /etc/mine')).toBe('two');
    await node.act('restart', 'early');
    expect(await node.inside('early', 'cat /etc/mine')).toBe('one');
  });

  test('is shown with its definition, and with who stands on which', async () => {
    const detail = await node.api.get<TemplateDetail>('/v1/templates/mine');
    expect(detail).toMatchObject({
      extends: 'busybox',
      init: 'busybox',
      source: 'busybox',
      definition: `${node.paths.templates}/mine.yaml`,
      versions: [
        { version: first.version, usedBy: 1, digest: first.digest },
        { version: second.version, usedBy: 1 },
      ],
    });
    const { stdout, code } = await node.insula(['template', 'show', 'mine']);
    expect(code).toBe(0);
    expect(stdout).toContain(second.version);
    expect(await node.api.refused('GET', '/v1/templates/nosuch')).toMatchObject({
      code: 'template_not_found',
    });
  });

  test('differs in what was changed, and in nothing else', async () => {
    const path = `/v1/templates/mine@${first.version}/diff/mine`;
    expect(await node.api.get<TemplateDiff>(path)).toEqual({
      from: `mine@${first.version}`,
      to: `mine@${second.version}`,
      packages: [],
      files: [{ path: '/etc/mine', change: 'content' }],
    });
    const { files } = await node.api.get<TemplateDiff>('/v1/templates/busybox/diff/mine');
    expect(files).toEqual([
      { path: '/etc/mine', change: 'added' },
      { path: '/etc/with a space', change: 'added' },
    ]);
    expect((await node.insula(['template', 'diff', 'mine', 'busybox'])).stdout).toContain('removed');
  });

  test('is verified whole, and every kind of damage is found', async () => {
    expect(await verify('mine')).toMatchObject({ template: `mine@${second.version}`, problems: [] });
    const root = `${node.paths.pool}/layers/mine@${second.version}/root`;
    writeFileSync(`${root}/etc/smuggled`, 'x');
    rmSync(`${root}/etc/with a space`);
    truncateSync(`${root}/etc/hosts`, 1);
    utimesSync(`${root}/etc/issue`, 1, 1);
    const { problems } = await verify('mine');
    expect(problems.map(({ path }) => path).sort()).toEqual(
      ['/etc', '/etc/hosts', '/etc/issue', '/etc/smuggled', '/etc/with a space'].sort(),
    );
    expect(await verify(`mine@${first.version}`)).toMatchObject({ problems: [] });
    expect((await node.insula(['template', 'verify', 'mine'])).code).toBe(0);
    await node.destroyAll();
  });
});

describe('an exported template', () => {
  let other: TestNode;
  const archive = () => `${node.paths.dir}/busybox.tar.zst`;

  beforeAll(async () => {
    other = await startNode({ templates: [] });
  });

  test('is the same template on another node, and VEs run on it', async () => {
    expect((await node.insula(['template', 'export', 'busybox', archive()])).code).toBe(0);
    expect(statSync(archive()).size).toBeLessThan(3_000_000);
    const imported = (await other.api.perform('POST', '/v1/template-imports', { path: archive() }))
      .result as TemplateVersion;
    const { versions } = await node.api.get<TemplateDetail>('/v1/templates/busybox');
    expect(imported).toMatchObject({ name: 'busybox', digest: versions[0]?.digest });
    const check = await other.api.perform('POST', '/v1/templates/busybox/verify');
    expect(check.result).toMatchObject({ problems: [] });
    await other.create({ name: 'there', template: 'busybox', start: true });
    expect(await other.inside('there', 'hostname')).toBe('there');
    await other.destroyAll();
    expect(await other.leftovers()).toEqual([]);
  });

  test('is taken in twice without harm, and written over nothing', async () => {
    expect((await other.insula(['template', 'import', archive()])).code).toBe(0);
    const refused = await node.api.attempt('POST', '/v1/templates/busybox/export', { path: archive() });
    expect(refused).toMatchObject({ state: 'failed', error: { code: 'invalid_input' } });
    expect(await other.leftovers()).toEqual([]);
  });

  test('that was changed on its way is refused, and leaves nothing', async () => {
    const dir = `${node.paths.dir}/tampered`;
    const tampered = `${dir}.tar`;
    const attempt = async (change: readonly string[]) => {
      await run([
        'sh',
        '-c',
        'rm -rf "$1" "$2"; mkdir "$1" && tar -x --zstd -C "$1" -f "$3"',
        'sh',
        dir,
        tampered,
        archive(),
      ]);
      await run(['sh', '-c', `cd "$1" && ${change[0]}`, 'sh', dir]);
      await run([
        'sh',
        '-c',
        'cd "$1" && tar -c -P -f "$2" $(ls -d layer.json manifest packages.txt *evil* 2>/dev/null) $(find objects ! -type d)',
        'sh',
        dir,
        tampered,
      ]);
      const ended = await other.api.attempt('POST', '/v1/template-imports', { path: tampered });
      expect(ended.state).toBe('failed');
      expect(await other.leftovers()).toEqual([]);
      return `${ended.error?.code}: ${ended.error?.detail}`;
    };
    await other.api.perform('DELETE', '/v1/templates/busybox');
    await run(['sh', '-c', 'rm -rf "$1"/objects/*', 'sh', other.paths.pool]);
    const object = '$(find objects -type f | head -n 1)';
    expect(await attempt([`chmod 600 ${object}; echo x >> ${object}`])).toContain('other content');
    expect(await attempt([`rm -f ${object}`])).toContain('missing');
    expect(await attempt(['chmod 600 manifest; echo junk >> manifest'])).toContain('manifest');
    expect(await attempt(["chmod 600 manifest; sed -i 's,etc/hosts$,../hosts,' manifest"])).toContain(
      'plain path',
    );
    expect(await attempt(["chmod 600 manifest; sed -i 's/^f 644/f 4755/' manifest"])).toContain(
      'not the one',
    );
    expect(await attempt(['ln -s /etc/passwd evil'])).toContain('no exported template holds');
    expect(await attempt([`o=${object}; rm -f $o; ln -s /etc/passwd $o`])).toContain(
      'no exported template holds',
    );
    expect(await attempt(['rm packages.txt'])).toContain('packages.txt is missing');
    expect(await attempt(['chmod 600 layer.json; echo {} > layer.json'])).toContain('layer.json');
    writeFileSync(tampered, 'no archive at all');
    expect(await other.api.attempt('POST', '/v1/template-imports', { path: tampered })).toMatchObject({
      error: { code: 'archive_refused' },
    });
    expect(await other.api.attempt('POST', '/v1/template-imports', { path: '/nonexistent' })).toMatchObject({
      error: { code: 'archive_refused' },
    });
  });
});
