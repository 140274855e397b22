import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

const dir = mkdtempSync(`${tmpdir()}/insula-web-`);
const page = '<!doctype html><title>Insula</title>';
const script = 'console.log(1)';
let daemon: FakeDaemon;
let network: FastifyInstance;

beforeAll(async () => {
  mkdirSync(`${dir}/web/assets`, { recursive: true });
  writeFileSync(`${dir}/secret.txt`, 'of the node');
  symlinkSync(`${dir}/secret.txt`, `${dir}/web/link.txt`);
  for (const [path, content] of [
    ['index.html', page],
    ['manifest.webmanifest', '{}'],
    ['assets/index-1a2b.js', script],
    ['assets/index-1a2b.js.br', 'packed with brotli'],
    ['assets/index-1a2b.js.gz', 'packed with gzip'],
    ['assets/index-1a2b.js.map', '{}'],
  ] as const)
    writeFileSync(`${dir}/web/${path}`, content);
  daemon = await FakeDaemon.start({ api: { web: `${dir}/web` } });
  network = await daemon.network();
});
afterAll(async () => {
  await network.close();
  await daemon.remove();
  rmSync(dir, { recursive: true });
});

const get = async (url: string, headers: Readonly<Record<string, string>> = {}) =>
  await network.inject({ url, headers });

describe('the web app', () => {
  test.each(['/', '/ves', '/ves/web1.example.org', '/v1nothing'])('has its page at %s', async (url) => {
    expect(await get(url)).toMatchObject({
      statusCode: 200,
      body: page,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    });
  });

  test('comes with headers that keep strangers out of its pages', async () => {
    const { headers } = await get('/');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers['permissions-policy']).toContain('camera=()');
  });

  test('has assets that are kept for good, compressed as the client takes them', async () => {
    const url = '/assets/index-1a2b.js';
    const plain = await get(url);
    expect(plain).toMatchObject({
      body: script,
      headers: {
        'cache-control': 'public, max-age=31536000, immutable',
        'content-type': 'text/javascript; charset=utf-8',
        vary: 'accept-encoding',
      },
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const [accepted, coding, body] of [
      ['gzip, deflate, br', 'br', 'packed with brotli'],
      ['gzip', 'gzip', 'packed with gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip', 'packed with gzip'],
      ['br;q=0.0, *', 'gzip', 'packed with gzip'],
    ] as const)
      expect(await get(url, { 'accept-encoding': accepted })).toMatchObject({
        body,
        headers: { 'content-encoding': coding },
      });
  });

  test('is not sent again to who has it', async () => {
    const url = '/assets/index-1a2b.js';
    const { etag } = (await get(url)).headers;
    expect(await get(url, { 'if-none-match': String(etag) })).toMatchObject({ statusCode: 304, body: '' });
    const packed = await get(url, { 'if-none-match': String(etag), 'accept-encoding': 'br' });
    expect(packed.statusCode).toBe(200);
    expect((await get('/manifest.webmanifest')).headers['cache-control']).toBe('no-cache');
  });

  test('answers HEAD with what GET would say, and nothing but reads', async () => {
    const head = await network.inject({ method: 'HEAD', url: '/assets/index-1a2b.js' });
    expect(head).toMatchObject({ statusCode: 200, body: '' });
    expect(head.headers['content-length']).toBe(String(script.length));
    for (const method of ['POST', 'PUT', 'DELETE'] as const)
      expect((await network.inject({ method, url: '/ves' })).statusCode).toBeGreaterThanOrEqual(400);
  });

  test.each([
    '/assets/gone.js',
    '/assets/',
    '/favicon.ico',
    '/link.txt',
    '/secret.txt',
    '/assets/index-1a2b.js.map',
    '/assets/index-1a2b.js.br',
    '/assets/..%2f..%2fsecret.txt',
  ])('has no %s, and does not give its page for it', async (url) => {
    const answer = await get(url);
    expect(answer).toMatchObject({ statusCode: 404 });
    expect(answer.body).not.toContain('of the node');
  });

  test('gives nothing but its files, whatever is asked for', async () => {
    const pieces = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '..%2f',
      '%5c',
      '//',
      'assets',
      'secret.txt',
      'web',
      '%00',
      'index.html',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 8 }), async (path) => {
        const { body } = await get(`/${path.join('/')}`);
        expect(body).not.toContain('of the node');
      }),
    );
  });

  test('leaves the API as it is', async () => {
    for (const url of ['/v1', '/v1/', '/v1/nothing', '/v1/ves'])
      expect((await get(url)).json()).toMatchObject({ code: 'unauthenticated' });
    expect((await get('/v1/whoami')).headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('comes also to who carries a session that has ended', async () => {
    expect((await get('/', { cookie: '__Host-insula=old' })).statusCode).toBe(200);
  });

  test('is not on the local socket', async () => {
    expect(await daemon.call('GET', '/')).toMatchObject({ status: 404 });
  });
});

test('a node without the files of the web app says so', async () => {
  const bare = await FakeDaemon.start({ api: { web: `${dir}/nothing` } });
  try {
    const server = await bare.network();
    const answer = await server.inject({ url: '/' });
    expect(answer).toMatchObject({ statusCode: 503, body: expect.stringContaining('not installed') });
    expect((await server.inject({ url: '/assets/x.js' })).statusCode).toBe(404);
    await server.close();
  } finally {
    await bare.remove();
  }
});
