import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Problem, Reading, WhoAmI } from '@insula/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, useNode } from '../harness/index.ts';
import { Browser, statusOf } from './browser.ts';

/* What a browser needs of the node, and what pages of others must not get: over real TLS, with VEs that run. */

const web = mkdtempSync(`${tmpdir()}/insula-web-`);
const port = await freePort();
const node = useNode({
  templates: ['busybox'],
  onMachineNetwork: true,
  config: { api: { address: '127.0.0.1', port, web }, network: { nat: false } },
});
const origin = `https://localhost:${port}`;
const evil = 'https://evil.example';
const password = 'correct horse battery';
let browser: Browser;

const newBrowser = () =>
  new Browser({ origin, ca: readFileSync(`${node.paths.state}/tls/authority.pem`, 'utf8') });
const codeOf = ({ body }: { readonly body: string }) => (JSON.parse(body) as Problem).code;

mkdirSync(`${web}/assets`);
writeFileSync(`${web}/index.html`, '<!doctype html><title>Insula</title>');
writeFileSync(`${web}/assets/index-1a2b.js`, 'console.log(1)');

beforeAll(async () => {
  await node.create({ name: 'own', template: 'busybox', start: true });
  await node.create({ name: 'foreign', template: 'busybox', start: true });
  for (const [path, body] of [
    ['/v1/users', { name: 'alice', password }],
    ['/v1/grants', { subject: 'user:alice', role: 've-owner', scope: 've:own' }],
  ] as const)
    expect(await node.api.call('POST', path, body)).toMatchObject({ status: 200 });
  browser = newBrowser();
  expect(await browser.logIn({ user: 'alice', password })).toMatchObject({ status: 200 });
});
afterAll(() => rmSync(web, { recursive: true, force: true }));

describe('a browser', () => {
  test('gets the web app before it is logged in, with headers that keep others out', async () => {
    const stranger = newBrowser();
    for (const path of ['/', '/ves/own']) {
      const page = await stranger.ask(path);
      expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<title>Insula') });
      expect(page.headers).toMatchObject({
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-frame-options': 'DENY',
        'strict-transport-security': expect.stringContaining('max-age='),
        'cache-control': 'no-store',
      });
    }
    const script = await stranger.ask('/assets/index-1a2b.js');
    expect(script.headers['cache-control']).toContain('immutable');
    for (const path of ['/assets/none.js', '/assets/..%2f..%2f..%2fetc%2fpasswd', '/../../etc/passwd'])
      expect((await stranger.ask(path)).body).not.toContain('root:');
    expect(await stranger.ask('/v1/ves')).toMatchObject({ status: 401 });
  });

  test('learns who is logged in, and what he may do on what', async () => {
    const { body } = await browser.ask('/v1/whoami');
    expect(JSON.parse(body) as WhoAmI).toMatchObject({
      user: 'alice',
      node: node.name,
      session: expect.stringMatching(/./),
      limitedTo: null,
      holds: [{ role: 've-owner', scope: 've:own', privileges: expect.arrayContaining(['ve.power']) }],
    });
  });

  test('hears events of its own VE by the cookie, and goes on where it was cut off', async () => {
    const heard = browser.listen('/v1/events', (events) => events.length >= 3);
    await node.api.call('POST', '/v1/ves/foreign/restart');
    const { body } = await browser.ask('/v1/ves/own/restart', { method: 'POST' });
    const { id } = JSON.parse(body) as { readonly id: string };
    const [first, second] = await heard;
    expect(JSON.stringify(await heard)).not.toContain('foreign');
    await node.api.ended(id);
    const again = await browser.listen('/v1/events', (events) => events.length >= 2, {
      'last-event-id': first?.id ?? '',
    });
    expect(again[0]).toEqual(second);
    expect(Number(again[1]?.id)).toBeGreaterThan(Number(second?.id));
  });

  test('sees readings of its own VE, and nothing of the node or of others', async () => {
    const [reading] = await browser.listen<Reading>('/v1/readings?interval=1', (readings) =>
      readings.some(({ data }) => data.ves.length > 0),
    );
    const { node: ofNode, ves } = (reading as { readonly data: Reading }).data;
    expect(ofNode).toBeNull();
    expect(ves.every(({ name }) => name === 'own')).toBe(true);
    expect(JSON.parse((await browser.ask('/v1/beancounters')).body)).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'own' })]),
    );
    for (const path of ['/v1/beancounters', '/v1/usage', '/v1/alerts/history'])
      expect((await browser.ask(path)).body, path).not.toContain('foreign');
  });

  test('runs a command over a WebSocket with its cookie', async () => {
    const socket = browser.socket('/v1/ves/own/exec');
    const frames: string[] = [];
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('message', (data: Buffer) => frames.push(data.toString()));
    expect(await statusOf(socket)).toBe(101);
    socket.send(JSON.stringify({ command: ['echo', 'from a browser'] }));
    await ended;
    expect(frames.join('')).toContain('from a browser');
    expect(await statusOf(browser.socket('/v1/ves/foreign/exec'))).toBe(404);
  });
});

describe('a page of another origin', () => {
  const headers = { origin: evil, 'sec-fetch-site': 'cross-site' };

  test('opens no WebSocket with the cookie that the browser adds', async () => {
    for (const path of ['/v1/ves/own/exec', '/v1/ves/own/console'])
      expect(await statusOf(browser.socket(path, evil))).toBe(403);
    expect(await statusOf(browser.socket('/v1/ves/own/exec', 'null'))).toBe(403);
  });

  test('changes nothing, and reads no stream', async () => {
    const stop = { method: 'POST', headers: { ...headers, 'content-type': 'text/plain' }, body: '' };
    expect(codeOf(await browser.ask('/v1/ves/own/stop', stop))).toBe('cross_site');
    for (const path of ['/v1/events', '/v1/readings', '/v1/ves'])
      await expect(browser.ask(path, { headers })).resolves.toMatchObject({ status: 403 });
    expect(await browser.ask('/v1/whoami')).toMatchObject({ status: 200 });
  });

  test('plants no session: the one that it brings along is never taken up', async () => {
    const victim = newBrowser();
    victim.cookie = `__Host-insula=insula_${'A'.repeat(43)}`;
    const planted = victim.cookie;
    expect(await victim.ask('/v1/whoami')).toMatchObject({ status: 401 });
    victim.cookie = planted;
    await victim.logIn({ user: 'alice', password });
    expect(victim.cookie).not.toBe(planted);
    const thief = newBrowser();
    thief.cookie = planted;
    expect(await thief.ask('/v1/whoami')).toMatchObject({ status: 401 });
  });

  test('has nothing of a token in an address', async () => {
    const made = await browser.ask('/v1/tokens', { method: 'POST', body: { name: 'x' } });
    const { token } = JSON.parse(made.body) as { readonly token: string };
    const stranger = newBrowser();
    for (const name of ['token', 'access_token', 'authorization'])
      expect(await stranger.ask(`/v1/whoami?${name}=${token}`)).toMatchObject({ status: 401 });
    expect(await statusOf(stranger.socket(`/v1/ves/own/exec?token=${token}`))).toBe(401);
  });
});
