import { existsSync, readFileSync } from 'node:fs';
import type { GuestFile, Problem } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });

beforeAll(async () => {
  await node.create({ name: 'd1', start: true });
  await node.create({ name: 'b1', template: 'busybox' });
  await node.act('mount', 'b1');
  await node.wait('d1');
});

const query = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();
const entry = (ve: string, path: string) => `/v1/ves/${ve}/files/entry?${query({ path })}`;
const content = (ve: string, path: string) => `/v1/ves/${ve}/files/content?${query({ path })}`;
const list = async (ve: string, path: string, more: Readonly<Record<string, string>> = {}) =>
  await node.api.get<readonly GuestFile[]>(`/v1/ves/${ve}/files/list?${query({ path, ...more })}`);

const put = async (
  ve: string,
  path: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
) =>
  await node.api.call<GuestFile & Problem>('PUT', content(ve, path), body, {
    headers: { 'content-type': 'application/octet-stream', ...headers },
  });

const read = async (ve: string, path: string) => {
  const response = await node.api.open('GET', content(ve, path));
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) };
};

describe.each([
  ['running', 'd1'],
  ['mounted', 'b1'],
])('files of a %s VE', (_state, ve) => {
  test('are listed, written, read, renamed and removed', async () => {
    expect((await list(ve, '/')).map(({ name }) => name)).toContain('etc');
    const made = await node.api.call<GuestFile>('POST', `/v1/ves/${ve}/files/directories`, {
      path: '/srv/a/b',
      mode: '0755',
      parents: true,
    });
    expect(made.body).toMatchObject({ path: '/srv/a/b', kind: 'directory', mode: '0755', uid: 0 });
    const written = await put(ve, '/srv/a/new', 'first');
    expect(written.body).toMatchObject({ name: 'new', kind: 'file', mode: '0644', sizeBytes: 5 });
    const changed = await node.api.call<GuestFile>('PATCH', entry(ve, '/srv/a/new'), {
      mode: '640',
      gid: 33,
    });
    expect(changed.body).toMatchObject({ mode: '0640', uid: 0, gid: 33 });
    const got = await read(ve, '/srv/a/new');
    expect(got.bytes.toString()).toBe('first');
    const version = got.headers.etag ?? '';
    expect(await put(ve, '/srv/a/new', 'mine', { 'if-match': version })).toMatchObject({ status: 200 });
    expect(await put(ve, '/srv/a/new', 'late', { 'if-match': version })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    });
    expect(await put(ve, '/srv/a/new', 'new', { 'if-none-match': '*' })).toMatchObject({ status: 412 });
    expect((await read(ve, '/srv/a/new')).bytes.toString()).toBe('mine');
    expect(await node.api.get<GuestFile>(entry(ve, '/srv/a/new'))).toMatchObject({ mode: '0640', gid: 33 });
    const renamed = await node.api.call<GuestFile>('POST', `/v1/ves/${ve}/files/rename`, {
      path: '/srv/a/new',
      to: '/srv/a/b/other',
    });
    expect(renamed.body).toMatchObject({ path: '/srv/a/b/other' });
    expect(await node.api.call('DELETE', entry(ve, '/srv/a'))).toMatchObject({
      status: 409,
      body: { code: 'file_refused' },
    });
    const removal = `${entry(ve, '/srv/a')}&recursive=true`;
    expect(await node.api.call('DELETE', removal)).toMatchObject({ status: 200, body: null });
    expect(await node.api.call('GET', entry(ve, '/srv/a'))).toMatchObject({
      status: 404,
      body: { code: 'file_not_found' },
    });
  });

  test('that are large go through whole, and nothing remains of an upload that breaks off', async () => {
    const large = Buffer.alloc(30_000_000, 'insula');
    expect(await put(ve, '/srv/large', large)).toMatchObject({ body: { sizeBytes: large.length } });
    expect((await read(ve, '/srv/large')).bytes.equals(large)).toBe(true);
    const part = await read(ve, '/srv/large');
    expect(part.headers['content-disposition']).toBe('attachment');
    // refused before any of it is read: the answer still comes
    expect(await put(ve, '/none/large', large)).toMatchObject({ status: 404 });
    expect((await list(ve, '/srv')).filter(({ name }) => name.startsWith('.'))).toEqual([]);
  });

  test('with names that are no text are addressed as they are listed', async () => {
    const raw = Buffer.concat([Buffer.from('/srv/'), Buffer.from([0xff, 0x0a, 0x3c])]);
    const path = `base64url:${raw.toString('base64url')}`;
    expect(await put(ve, path, 'odd')).toMatchObject({ body: { path } });
    const found = (await list(ve, '/srv')).find((file) => file.path.startsWith('base64url:'));
    expect(found?.path).toBe(path);
    expect((await read(ve, path)).bytes.toString()).toBe('odd');
    expect(await node.api.call('DELETE', entry(ve, path))).toMatchObject({ status: 200 });
    const relative = `base64url:${Buffer.from('etc/passwd').toString('base64url')}`;
    expect(await node.api.call('GET', entry(ve, relative))).toMatchObject({
      status: 400,
      body: { code: 'invalid_input' },
    });
  });

  test('are managed from the command line', async () => {
    const written = await node.insula(['file', 'put', ve, '/srv/motd', '--new'], { input: 'hello' });
    expect(written).toMatchObject({ code: 0 });
    const again = await node.insula(['file', 'put', ve, '/srv/motd', '--new'], { input: 'x' });
    expect(again.code).toBe(4);
    const version = written.stdout.trim();
    expect(
      await node.insula(['file', 'put', ve, '/srv/motd', '--version', version], { input: 'bye' }),
    ).toMatchObject({ code: 0 });
    expect((await node.insula(['file', 'get', ve, '/srv/motd'])).stdout).toBe('bye');
    const set = await node.insula([
      'file',
      'set',
      ve,
      '/srv/motd',
      '--mode',
      '0600',
      '--uid',
      '33',
      '--json',
    ]);
    expect(JSON.parse(set.stdout)).toMatchObject({ mode: '0600', uid: 33 });
    expect((await node.insula(['file', 'list', ve, '/srv'])).stdout).toMatch(/file +0600 +33 +\S+ +3B/);
    expect(await node.insula(['file', 'remove', ve, '/srv/motd'])).toMatchObject({ code: 0 });
    expect((await node.insula(['file', 'show', ve, '/srv/motd'])).code).toBe(3);
  });
});

test('a folder with very many entries comes page by page', async () => {
  await node.inside('d1', 'mkdir /srv/many; cd /srv/many; seq 1 12000 | xargs touch');
  const first = await list('d1', '/srv/many', { most: '5000' });
  const second = await list('d1', '/srv/many', { most: '5000', after: first.at(-1)?.path ?? '' });
  const third = await list('d1', '/srv/many', { most: '5000', after: second.at(-1)?.path ?? '' });
  const names = [...first, ...second, ...third].map(({ name }) => Number(name));
  expect(new Set(names).size).toBe(12_000);
  expect(third).toHaveLength(2_000);
});

test('a VE that is changing its tree meanwhile gets nothing of the node', async () => {
  await node.inside('d1', 'mkdir -p /srv/race/dir; echo inside > /srv/race/dir/secret');
  const swap =
    'cd /srv/race; for i in $(seq 1 300); do mv dir real; ln -s /proc/1/root/etc dir; rm dir; ln -s ../../../../../../../../root dir; rm dir; mv real dir; done';
  const progress = { ended: false };
  const swapping = node.inside('d1', swap).finally(() => {
    progress.ended = true;
  });
  const before = readFileSync('/etc/hostname', 'utf8');
  for (let round = 0; round < 200 && !progress.ended; round += 1) {
    const { status, bytes } = await read('d1', '/srv/race/dir/secret');
    if (status === 200) expect(bytes.toString()).toBe('inside\n');
    await put('d1', '/srv/race/dir/insula-race', 'x');
    await node.api.call('DELETE', `${entry('d1', '/srv/race/dir/insula-race')}&recursive=true`);
  }
  await swapping;
  for (const path of ['/etc/insula-race', '/root/insula-race']) expect(existsSync(path)).toBe(false);
  expect(readFileSync('/etc/hostname', 'utf8')).toBe(before);
});

test('limits of the VE hold for what is written', async () => {
  const full = await put('d1', '/run/insula-large', Buffer.alloc(1_000));
  expect(full.status).toBe(200);
  // a file system of the VE of a fixed size: what does not fit is said, and nothing of it remains
  await node.inside('d1', 'mkdir -p /srv/small && mount -t tmpfs -o size=1m none /srv/small');
  expect(await put('d1', '/srv/small/large', Buffer.alloc(3_000_000))).toMatchObject({
    status: 507,
    body: { code: 'no_space' },
  });
  expect(await list('d1', '/srv/small')).toEqual([]);
});

test('a VE that is stopped is to be mounted first, and one that is mounted can be started', async () => {
  await node.create({ name: 'b2', template: 'busybox' });
  expect(await node.api.call('GET', entry('b2', '/etc'))).toMatchObject({
    status: 409,
    body: { code: 'wrong_state' },
  });
  await node.act('mount', 'b2');
  await put('b2', '/etc/from-outside', 'written while it was down');
  await node.act('unmount', 'b2');
  await node.act('start', 'b2');
  expect(await node.inside('b2', 'cat /etc/from-outside; stat -c "%u %g" /etc/from-outside')).toBe(
    'written while it was down0 0',
  );
  await node.act('kill', 'b2');
});
