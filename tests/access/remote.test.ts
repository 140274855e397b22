import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { type ApiToken, type Authority, needsOf, operationRows, type Problem } from '@insula/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { eventually, freePort, patient, run, useNode } from '../harness/index.ts';
import { callsOf } from '../input/call-arbitraries.ts';

/* The API over real TLS, with certificates of the node's own authority, from curl-like clients and from the real command line. */

const port = await freePort();
const redirectPort = await freePort();
const node = useNode({
  templates: ['busybox'],
  onMachineNetwork: true,
  config: { api: { address: '127.0.0.1', port, redirectPort }, network: { nat: false } },
});
const origin = `https://localhost:${port}`;
const password = 'correct horse battery';
const home = mkdtempSync(`${tmpdir()}/insula-home-`);
const remote = { INSULA_SOCKET: undefined, HOME: home, XDG_CONFIG_HOME: undefined };
let ca = '';
let token = '';

beforeAll(async () => {
  await node.create({ name: 'own', template: 'busybox', start: true });
  await node.create({ name: 'foreign', template: 'busybox' });
  ca = readFileSync(`${node.paths.state}/tls/authority.pem`, 'utf8');
  for (const [path, body] of [
    ['/v1/users', { name: 'alice', password }],
    ['/v1/grants', { subject: 'user:alice', role: 've-owner', scope: 've:own' }],
  ] as const)
    expect(await node.api.call('POST', path, body)).toMatchObject({ status: 200 });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | object | undefined;
  readonly tls?: { readonly key?: string; readonly cert?: string };
}

async function ask(path: string, { method = 'GET', headers = {}, body, tls = {} }: Asked = {}) {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
  const content = isRaw ? body : JSON.stringify(body);
  const length = content === undefined ? {} : { 'content-length': String(Buffer.byteLength(content)) };
  return await new Promise<{ readonly status: number; readonly headers: object; readonly body: string }>(
    (resolve, reject) => {
      const sent = request(`${origin}${path}`, {
        method,
        ca,
        agent: false,
        headers: { ...(isRaw ? {} : { 'content-type': 'application/json' }), ...length, ...headers },
        ...tls,
      });
      sent.once('error', reject).once('response', (response) => {
        const { statusCode: status = 0, headers: answered } = response;
        if (String(answered['content-type']).includes('event-stream')) {
          response.destroy();
          return resolve({ status, headers: answered, body: '' });
        }
        text(response).then((answer) => resolve({ status, headers: answered, body: answer }), reject);
      });
      sent.end(content);
    },
  );
}

const bearer = () => ({ authorization: `Bearer ${token}` });

describe('the command line elsewhere', () => {
  const cli = async (args: readonly string[], input = '') => await node.cli.run(args, { env: remote, input });

  test('logs in once the authority was compared, and then asks that node', async () => {
    const { fingerprint } = (await node.api.call('GET', '/v1/authority')).body as Authority;
    const login = ['login', origin, '--user', 'alice'];
    expect(await cli(login, `${password}\n`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(fingerprint),
    });
    const wrong = fingerprint.replace(/^../, (pair) => (pair === '00' ? '11' : '00'));
    expect(await cli([...login, '--fingerprint', wrong], `${password}\n`)).toMatchObject({ code: 2 });
    expect(await cli([...login, '--fingerprint', fingerprint], 'wrong wrong wrong\n')).toMatchObject({
      code: 5,
    });
    const done = await cli([...login, '--fingerprint', fingerprint], `${password}\n`);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(statSync(`${home}/.config/insula/profiles.json`).mode & 0o077).toBe(0);
    expect(JSON.parse((await cli(['whoami', '--json'])).stdout)).toMatchObject({
      user: 'alice',
      via: 'token',
    });
    expect((await cli(['list', '--no-header', '-o', 'name'])).stdout.trim()).toBe('own');
  });

  test('runs commands in one’s own VE, with their input, output and exit code, and in no other', async () => {
    const done = await cli(['exec', 'own', 'sh', '-c', 'cat; exit 7'], 'over TLS');
    expect(done, done.stderr).toMatchObject({ code: 7, stdout: 'over TLS' });
    expect(await cli(['exec', 'foreign', 'true'])).toMatchObject({
      stderr: expect.stringContaining('no VE foreign'),
    });
    expect(await cli(['destroy', 'own', '--yes'])).toMatchObject({ code: 5 });
    expect(await cli(['stop', 'foreign'])).toMatchObject({ code: 3 });
  });

  test('restarts it and follows the operation to its end', async () => {
    const done = await cli(['restart', 'own']);
    expect(done, done.stderr).toMatchObject({ code: 0, stdout: 'own: running\n' });
  });

  test('logs out, and the token is worth nothing', async () => {
    const { profiles } = JSON.parse(readFileSync(`${home}/.config/insula/profiles.json`, 'utf8')) as {
      readonly profiles: Readonly<Record<string, { readonly token: string }>>;
    };
    const [profile] = Object.values(profiles);
    const headers = { authorization: `Bearer ${profile?.token}` };
    expect(await ask('/v1/whoami', { headers })).toMatchObject({ status: 200 });
    expect(await cli(['logout'])).toMatchObject({ code: 0 });
    expect(await ask('/v1/whoami', { headers })).toMatchObject({ status: 401 });
  });
});

describe('a client of its own', () => {
  test('logs in, makes a token, and asks with it', async () => {
    const login = await ask('/v1/sessions', {
      method: 'POST',
      headers: { 'insula-request': '1' },
      body: { user: 'alice', password },
    });
    expect(login, login.body).toMatchObject({
      status: 200,
      headers: { 'strict-transport-security': expect.any(String) },
    });
    const [cookie = ''] = String((login.headers as { readonly 'set-cookie': unknown })['set-cookie']).split(
      ';',
    );
    const made = await ask('/v1/tokens', {
      method: 'POST',
      headers: { cookie, 'insula-request': '1' },
      body: { name: 'test' },
    });
    ({ token } = JSON.parse(made.body) as ApiToken & { readonly token: string });
    expect(JSON.parse((await ask('/v1/ves', { headers: bearer() })).body)).toMatchObject([{ name: 'own' }]);
  });

  test('is answered by a certificate for its names alone, and not without TLS', async () => {
    await expect(shakeHands({ servername: 'elsewhere.example' })).rejects.toThrow('altnames');
    await expect(shakeHands({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
    await expect(shakeHands({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' })).rejects.toThrow();
    expect(await shakeHands({})).toBe('TLSv1.3');
    expect(await shakeHands({ maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    for (const [host, sentTo] of [
      [`${node.name}:80`, node.name],
      ['evil.example', '127.0.0.1'],
    ] as const)
      expect(await redirected(host)).toEqual({
        statusCode: 308,
        location: `https://${sentTo}:${port}/v1/ves?x=y`,
      });
  });

  async function redirected(host: string): Promise<unknown> {
    return await new Promise((resolve, reject) => {
      plainRequest({ host: '127.0.0.1', port: redirectPort, path: '/v1/ves?x=y', headers: { host } })
        .once('response', ({ statusCode, headers }) => resolve({ statusCode, location: headers.location }))
        .once('error', reject)
        .end();
    });
  }

  test('proves itself by a certificate, until that is revoked', async () => {
    const files = { key: `${home}/client.key`, request: `${home}/client.csr` };
    await run([
      ...[
        'openssl',
        'req',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-batch',
      ],
      ...['-subj', '/CN=root', '-keyout', files.key, '-out', files.request],
    ]);
    const body = { name: 'laptop', request: readFileSync(files.request, 'utf8'), user: 'alice' };
    const { body: signed } = await node.api.call('POST', '/v1/certificates', body);
    const { certificate: cert, fingerprint } = signed as {
      readonly certificate: string;
      readonly fingerprint: string;
    };
    const tls = { key: readFileSync(files.key, 'utf8'), cert };
    expect(JSON.parse((await ask('/v1/whoami', { tls })).body)).toMatchObject({
      user: 'alice',
      via: 'certificate',
    });
    expect(await ask('/v1/ves/own/stop?dryRun=true', { method: 'POST', tls })).toMatchObject({ status: 403 });
    const headers = { 'insula-request': '1' };
    expect(await ask('/v1/ves/own/stop?dryRun=true', { method: 'POST', tls, headers })).toMatchObject({
      status: 200,
    });
    await node.api.call('DELETE', `/v1/certificates/${fingerprint}`);
    expect(await ask('/v1/whoami', { tls })).toMatchObject({ status: 401 });
  });

  test('loses what it has open as soon as its right is taken back', async () => {
    const socket = new WebSocket(`wss://localhost:${port}/v1/ves/own/exec`, { ca, headers: bearer() });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify({ command: ['sleep', '600'] }));
    const grants = (await node.api.call('GET', '/v1/grants')).body as { readonly id: string }[];
    for (const { id } of grants) await node.api.call('DELETE', `/v1/grants/${id}`);
    await closed;
    expect(JSON.parse((await ask('/v1/ves/own', { headers: bearer() })).body)).toMatchObject({
      code: 've_not_found',
    });
    const body = { subject: 'user:alice', role: 've-owner', scope: 've:own' };
    await node.api.call('POST', '/v1/grants', body);
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['nobody', {}],
  ])('opens no WebSocket as %s', async (_who, headers) => {
    const socket = new WebSocket(`wss://localhost:${port}/v1/ves/own/exec`, { ca, headers });
    const status = await new Promise((resolve) => {
      socket
        .once('unexpected-response', (_request, { statusCode }) => resolve(statusCode))
        .on('error', () => undefined);
    });
    expect([401, 403]).toContain(status);
  });

  async function shakeHands(options: object): Promise<string | null> {
    return await new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost', ...options }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.once('error', reject);
    });
  }
});

test('the audit log knows who did what, also what was refused, and holds no secret', async () => {
  const { stdout } = await node.cli.run(['audit', 'list', '--json', '--limit', '1000']);
  const records = JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];
  expect(records).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        who: 'alice',
        call: 've.exec',
        target: 'own',
        result: 'ok',
        from: '127.0.0.1',
      }),
      expect.objectContaining({ who: 'alice', call: 've.destroy', target: 'own', result: 'forbidden' }),
      expect.objectContaining({ who: 'alice', call: 've.restart', operation: expect.stringMatching(/./) }),
      expect.objectContaining({ who: 'alice', call: 'session.create', via: 'none', result: 'login_refused' }),
      expect.objectContaining({ who: 'root', call: 'user.create', fields: ['name', 'password'] }),
    ]),
  );
  const exported = (await node.cli.run(['audit', 'export'])).stdout;
  for (const secret of [password, token, 'wrong wrong wrong']) expect(exported).not.toContain(secret);
  expect(JSON.parse((await node.cli.run(['audit', 'verify', '--json'])).stdout)).toMatchObject({
    sound: true,
  });
});

describe('whatever an owner asks over TLS', () => {
  const rows = operationRows
    .filter(({ kind, id }) => kind !== 'socket' && id !== 've.set' && !id.startsWith('session.'))
    .filter((row) => needsOf(row).every(({ on }) => on !== 'open'));

  test('is answered, and never by a fault of the node', { timeout: patient(180_000) }, async () => {
    for (const row of rows) {
      await fc.assert(
        fc.asyncProperty(callsOf(row), async ({ path, body, headers }) => {
          const request = { method: row.method, body, headers: { ...headers, ...bearer() } };
          const found = await ask(path, request).catch((error: unknown) => {
            // what fails while it is sent can only break off
            if (row.kind === 'download' && (error as NodeJS.ErrnoException).code === 'ECONNRESET')
              return null;
            throw error;
          });
          if (found === null) return;
          const { status, body: answer } = found;
          const known = status < 500 || status === 504 || status === 507;
          if (!known) throw new Error(`${row.id}: ${row.method} ${path}: ${status} ${answer}`);
          if (status >= 400) expect((JSON.parse(answer) as Problem).code, row.id).toMatch(/^[a-z_]+$/);
        }),
        { numRuns: 12, plugins: [fc.interruptAfterTimeLimit(3000)] },
      );
    }
  });
});

test('after the daemon was killed the authority is the same, users are there, and the log goes on', async () => {
  await node.kill9();
  await node.start();
  await eventually('the API is back', async () => {
    try {
      return (await ask('/v1/whoami', { headers: bearer() })).status === 200;
    } catch {
      return false;
    }
  });
  expect(readFileSync(`${node.paths.state}/tls/authority.pem`, 'utf8')).toBe(ca);
  expect(JSON.parse((await node.cli.run(['audit', 'verify', '--json'])).stdout)).toMatchObject({
    sound: true,
  });
});
