import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fault } from '@insula/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeDaemon } from '../client/fake-daemon.ts';
import { fakeContext } from '../fake-context.ts';
import { run } from '../run.ts';

let base = '';
let daemon: FakeDaemon;

/** A path of the VE, whose root is a folder of this test. */
const guest = (path: string) => join(base, 've', path);
const local = (path: string) => join(base, 'local', path);

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'insula-cp-test-'));
  await mkdir(guest('etc/nginx/sites'), { recursive: true });
  await mkdir(guest('srv'));
  await writeFile(guest('etc/nginx/nginx.conf'), 'conf');
  await writeFile(guest('etc/nginx/sites/default'), 'site');
  await mkdir(local('site/css'), { recursive: true });
  await writeFile(local('site/index.html'), '<h1>');
  await writeFile(local('site/css/main.css'), 'css');
  daemon = await FakeDaemon.start();
  daemon.on('GET /v1/ves/web1/files', async ({ query }, response) => {
    const path = query['path'] ?? '';
    const cut = path.lastIndexOf('/');
    const tar = spawn('tar', ['-c', '-C', guest(path.slice(0, cut)), '--', path.slice(cut + 1)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    tar.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [code] = (await once(tar, 'close')) as [number];
    if (code !== 0) throw fault('file_not_found', { path, ve: 'web1' });
    response.writeHead(200, { 'content-type': 'application/x-tar' }).end(Buffer.concat(chunks));
  });
  daemon.on('PUT /v1/ves/web1/files', ({ query, bytes, headers }) => {
    expect(headers['content-type']).toBe('application/x-tar');
    try {
      execFileSync('tar', ['-x', '-C', guest(query['path'] ?? '')], {
        input: bytes,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
    } catch {
      throw fault('file_not_found', { path: query['path'] ?? '', ve: 'web1' });
    }
    return null;
  });
});

afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
  await rm(base, { recursive: true });
});

async function cp(source: string, target: string, context = fakeContext()) {
  const code = await run(['cp', source, target], {
    ...context,
    environment: { INSULA_SOCKET: daemon.socketPath },
  });
  return { code, out: context.stdout, err: context.stderr.text };
}

/** Files below a folder with their content. */
async function tree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const pairs = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

const nginx = { 'nginx.conf': 'conf', 'sites/default': 'site' };
const site = { 'index.html': '<h1>', 'css/main.css': 'css' };
const below = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

describe('out of a VE', () => {
  test('a folder becomes the target when there is none', async () => {
    expect((await cp('web1:/etc/nginx', local('new'))).code).toBe(0);
    expect(await tree(local('new'))).toEqual(nginx);
  });

  test('a folder goes into a target that is a folder', async () => {
    await mkdir(local('there'));
    await cp('web1:/etc/nginx/', local('there'));
    expect(await tree(local('there'))).toEqual(below('nginx', nginx));
  });

  test('what is in a folder goes into a target, with what is there already', async () => {
    await mkdir(local('there/sites'), { recursive: true });
    await writeFile(local('there/sites/mine'), 'mine');
    await cp('web1:/etc/nginx/.', local('there'));
    expect(await tree(local('there'))).toEqual({ ...nginx, 'sites/mine': 'mine' });
  });

  test('a file gets the name of the target, or goes into it', async () => {
    await cp('web1:/etc/nginx/nginx.conf', local('renamed'));
    await cp('web1:/etc/nginx/nginx.conf', local('site'));
    await cp('web1:/etc/nginx/nginx.conf', local('site/index.html'));
    expect(await readFile(local('renamed'), 'utf8')).toBe('conf');
    expect(await tree(local('site'))).toEqual({ ...site, 'nginx.conf': 'conf', 'index.html': 'conf' });
  });

  test('a file does not make a folder that is missing, nor a folder replace a file', async () => {
    expect(await cp('web1:/etc/nginx/nginx.conf', local('missing/'))).toMatchObject({ code: 2 });
    expect(await cp('web1:/etc/nginx', local('site/index.html'))).toMatchObject({ code: 2 });
    expect(await cp('web1:/etc/nginx', local('a/b/c'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('no folder'),
    });
  });

  test('what does not exist is exit code 3, and nothing is left behind', async () => {
    expect((await cp('web1:/etc/missing', local('x'))).code).toBe(3);
    expect(await readdir(local(''))).toEqual(['site']);
  });

  test('an empty archive means that there is no such file', async () => {
    daemon.on('GET /v1/ves/web1/files', (_, response) => response.writeHead(200).end(Buffer.alloc(1024)));
    expect(await cp('web1:/etc/missing', local('x'))).toMatchObject({
      code: 3,
      err: expect.stringContaining('no file /etc/missing'),
    });
  });

  test('a dash is a tar stream on standard output', async () => {
    const { out } = await cp('web1:/etc/nginx', '-');
    const listing = execFileSync('tar', ['-t'], { input: out.bytes, encoding: 'utf8' });
    expect(listing.split('\n').sort()).toEqual([
      '',
      'nginx/',
      'nginx/nginx.conf',
      'nginx/sites/',
      'nginx/sites/default',
    ]);
    expect((await cp('web1:/etc/nginx', '-', fakeContext({ terminal: true }))).code).toBe(2);
  });

  test('a hostile stream is refused and leaves nothing', async () => {
    await symlink(base, guest('etc/way'));
    const evil = execFileSync('tar', [
      '-c',
      '-P',
      '-C',
      guest('etc'),
      '--transform',
      's,^nginx,../nginx,',
      'nginx',
    ]);
    daemon.on('GET /v1/ves/web1/files', (_, response) => response.writeHead(200).end(evil));
    const { code, err } = await cp('web1:/etc/nginx', local('new'));
    expect(code).toBe(8);
    expect(err).toContain('copying out of VE web1 failed: a name that leads upwards');
    expect(await readdir(local(''))).toEqual(['site']);
  });

  test('an interrupted copy leaves nothing', async () => {
    daemon.on('GET /v1/ves/web1/files', (_, response) => {
      response.writeHead(200);
      response.write(execFileSync('tar', ['-c', '-C', guest('etc'), 'nginx']).subarray(0, 1500));
    });
    const context = fakeContext();
    const copying = cp('web1:/etc/nginx', local('new'), context);
    setTimeout(() => context.signals.emit('SIGINT', 'SIGINT'), 100);
    expect((await copying).code).toBe(130);
    expect(await readdir(local(''))).toEqual(['site']);
  });
});

describe('into a VE', () => {
  test('a folder goes into a folder, and under another name where there is none', async () => {
    expect((await cp(local('site'), 'web1:/srv')).code).toBe(0);
    expect((await cp(local('site'), 'web1:/srv/other')).code).toBe(0);
    expect(await tree(guest('srv'))).toEqual({ ...below('site', site), ...below('other', site) });
  });

  test('what is in a folder goes into a folder', async () => {
    await cp(`${local('site')}/.`, 'web1:/srv/');
    expect(await tree(guest('srv'))).toEqual(site);
  });

  test('a file goes into a folder or gets a name', async () => {
    await cp(local('site/index.html'), 'web1:/srv');
    await cp(local('site/index.html'), 'web1:srv/start.html');
    expect(await tree(guest('srv'))).toEqual({ 'index.html': '<h1>', 'start.html': '<h1>' });
  });

  test('a folder that is missing in the VE is exit code 3', async () => {
    expect(await cp(local('site/index.html'), 'web1:/missing/')).toMatchObject({ code: 3 });
    expect(await cp(local('site/index.html'), 'web1:/missing/x')).toMatchObject({ code: 3 });
  });

  test('a dash is a tar stream on standard input', async () => {
    const context = fakeContext();
    context.stdin.end(execFileSync('tar', ['-c', '-C', local(''), 'site']));
    expect((await cp('-', 'web1:/srv', context)).code).toBe(0);
    expect(await tree(guest('srv'))).toEqual(below('site', site));
  });

  test('a local file that is missing is told by name', async () => {
    const { code, err } = await cp(local('missing'), 'web1:/srv');
    expect(code).toBe(2);
    expect(err).toContain(`${local('missing')}: no such file or folder`);
  });

  test('one side must be in a VE and the other must not', async () => {
    expect((await cp('a', 'b')).code).toBe(2);
    expect(await cp('web1:/a', 'web2:/b')).toMatchObject({
      code: 2,
      err: expect.stringContaining('one side must be local'),
    });
  });
});
