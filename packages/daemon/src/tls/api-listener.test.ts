import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { json } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { createLinuxHost } from '@insula/host';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';
import { ApiListener } from './api-listener.ts';
import { CertificateAuthority } from './certificate-authority.ts';

/* The API over TLS on the loopback device, with openssl's certificates; the node behind it is one in memory. */

const dir = mkdtempSync(`${tmpdir()}/insula-tls-`);
const authority = new CertificateAuthority({
  ...createLinuxHost({ runcRoot: '/nonexistent' }),
  dir: `${dir}/tls`,
  nodeName: 'node1',
});
let daemon: FakeDaemon;
let listener: ApiListener;
let port: number;
let ca: string;

beforeAll(async () => {
  port = await freePort();
  daemon = await FakeDaemon.start({ api: { address: '127.0.0.1', port } });
  listener = new ApiListener({ ...daemon.node, authority }, pino({ level: 'silent' }));
  await listener.open();
  ca = await authority.certificate();
  await daemon.call('POST', '/v1/users', { body: { name: 'alice' } });
}, 60_000);
afterAll(async () => {
  await listener.close();
  await daemon.remove();
  rmSync(dir, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return free;
}

async function shakeHands(
  options: object = {},
): Promise<{ readonly protocol: string | null; readonly serial: string }> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost', ...options }, () => {
      resolve({
        protocol: socket.getProtocol(),
        serial: socket.getPeerX509Certificate()?.serialNumber ?? '',
      });
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

async function whoami(options: object = {}) {
  return await new Promise<{ readonly status: number; readonly headers: object; readonly answer: unknown }>(
    (resolve, reject) => {
      request({
        host: '127.0.0.1',
        port,
        ca,
        servername: 'localhost',
        agent: false,
        path: '/v1/whoami',
        ...options,
      })
        .once('error', reject)
        .once('response', (response) => {
          const { statusCode: status = 0, headers } = response;
          json(response).then((answer) => resolve({ status, headers, answer }), reject);
        })
        .end();
    },
  );
}

describe('the API over TLS', () => {
  test('shows a certificate of the authority for the names of the node, and for no others', async () => {
    expect(await shakeHands()).toMatchObject({ protocol: 'TLSv1.3' });
    expect(await shakeHands({ servername: 'node1' })).toMatchObject({ protocol: 'TLSv1.3' });
    await expect(shakeHands({ servername: 'elsewhere.example' })).rejects.toThrow(/altnames/);
    await expect(shakeHands({ ca: undefined })).rejects.toThrow();
  });

  test('speaks no protocol and no cipher of the past', async () => {
    expect(await shakeHands({ maxVersion: 'TLSv1.2' })).toMatchObject({ protocol: 'TLSv1.2' });
    await expect(shakeHands({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
    for (const ciphers of ['AES128-SHA', 'ECDHE-ECDSA-AES128-SHA', 'AES256-GCM-SHA384'])
      await expect(shakeHands({ maxVersion: 'TLSv1.2', ciphers })).rejects.toThrow();
  });

  test('knows nobody who does not say who he is, and tells browsers to come by TLS alone', async () => {
    expect(await whoami()).toMatchObject({
      status: 401,
      headers: { 'strict-transport-security': 'max-age=31536000' },
    });
  });

  test.each(['/', '/v1/events', '/v1/ves/any/exec', '/v1/nothing'])(
    'closes the connection of a WebSocket that it refuses at %s, and is not held up by it',
    async (path) => {
      const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' });
      const ended = new Promise((resolve) => socket.once('close', resolve));
      socket
        .resume()
        .write(
          [
            `GET ${path} HTTP/1.1`,
            'host: localhost',
            'connection: upgrade',
            'upgrade: websocket',
            '',
            '',
          ].join('\r\n'),
        );
      await ended;
    },
  );

  test('lets a client certificate in until it is revoked, and none of another authority', async () => {
    const made = (name: string, ...more: string[]) => {
      const files = { key: `${dir}/${name}.key`, out: `${dir}/${name}.pem` };
      const ec = [
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-batch',
        '-subj',
        '/CN=root',
      ];
      execFileSync('openssl', ['req', ...ec, '-keyout', files.key, '-out', files.out, ...more], {
        stdio: 'ignore',
      });
      return { key: readFileSync(files.key, 'utf8'), text: readFileSync(files.out, 'utf8') };
    };
    const { key, text } = made('client', '-new');
    // the daemon in memory has no openssl to sign it with
    const cert = await authority.signClient(text, 'alice');
    const { fingerprint256: fingerprint, validTo } = new X509Certificate(cert);
    const expiresAt = new Date(validTo).toISOString();
    const row = { fingerprint, user: 'alice', name: 'laptop', createdAt: expiresAt, expiresAt };
    daemon.node.access.credentials.addCertificate(row);
    expect(await whoami({ key, cert })).toMatchObject({
      status: 200,
      answer: { user: 'alice', via: 'certificate' },
    });
    const foreign = made('foreign', '-x509');
    expect(await whoami({ key: foreign.key, cert: foreign.text })).toMatchObject({ status: 401 });
    await daemon.call('DELETE', `/v1/certificates/${fingerprint}`);
    expect(await whoami({ key, cert })).toMatchObject({ status: 401 });
  });

  test('takes up a new certificate without being started anew', async () => {
    const before = await shakeHands();
    await authority.renew({ authority: false });
    await listener.refresh();
    const after = await shakeHands();
    expect(after.serial).not.toBe(before.serial);
    await authority.renew({ authority: true });
    await listener.refresh();
    await expect(shakeHands()).rejects.toThrow();
    ca = await authority.certificate();
    expect(await shakeHands()).toMatchObject({ protocol: 'TLSv1.3' });
  });
});

test('a node whose port another program has serves the API once it is free', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port: late } = taken.address() as { readonly port: number };
  const { config } = daemon.node;
  const node = { ...daemon.node, authority, config: { ...config, api: { ...config.api, port: late } } };
  const waiting = new ApiListener(node, pino({ level: 'silent' }), { retryTime: 20 });
  await waiting.open();
  await new Promise((resolve) => taken.close(resolve));
  await expect
    .poll(async () => await shakeHands({ port: late }).catch(() => null), { timeout: 10_000 })
    .toMatchObject({ protocol: 'TLSv1.3' });
  await waiting.close();
});
