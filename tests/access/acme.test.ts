import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually, freePort, useNode } from '../harness/index.ts';
import { AcmeServer } from './acme-server.ts';

/* A certificate from a real ACME server, which asks the node for its proofs. */

const [port, redirectPort] = [await freePort(), await freePort()];
const acme = await AcmeServer.start({ proofPort: redirectPort });
const nodeFor = (names: readonly string[]) =>
  useNode({
    templates: [],
    onMachineNetwork: true,
    config: {
      network: { nat: false },
      api: {
        address: '127.0.0.1',
        port,
        redirectPort,
        names,
        acme: { server: acme.url, email: 'ops@example.org', acceptTerms: true, authority: acme.authority },
      },
    },
  });
afterAll(async () => {
  await acme.stop();
});

/** The serial number of the certificate that is shown to whoever asks by this name and trusts this authority; else why not. */
async function shown(servername: string, ca: string): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername, ca });
    socket
      .once('secureConnect', () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      })
      .once('error', (error: Error) => resolve(error.message));
  });
}
const serial = /^[0-9A-F]{8,}$/;

async function statusOf(path: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: redirectPort, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
}

describe('a node that has domains', () => {
  const node = nodeFor(['panel.example.org', 'Insula.example.org', '192.0.2.7']);

  test('shows a certificate of the server to who asks by one, and its own to everybody else', async () => {
    const root = await acme.root();
    const first = await eventually('there is a certificate', async () => {
      const found = await shown('panel.example.org', root);
      return serial.test(found) && found;
    });
    expect(await shown('insula.example.org', root)).toBe(first);
    const own = readFileSync(`${node.paths.state}/tls/authority.pem`, 'utf8');
    expect(await shown('localhost', own)).toMatch(serial);
    expect(await shown('localhost', root)).not.toMatch(serial);
  });

  test('sends who asks for a proof that there is none of to HTTPS, like everybody', async () => {
    for (const token of ['nothing', '..%2f..%2fserver-key.pem', '../../../server-key.pem', 'a'.repeat(300)])
      expect(await statusOf(`/.well-known/acme-challenge/${token}`)).toBe(308);
  });

  test('keeps it when its daemon starts again, and when its own authority is renewed', async () => {
    const root = await acme.root();
    const before = await shown('panel.example.org', root);
    await node.stop();
    await node.start();
    await eventually('it is shown', async () => (await shown('panel.example.org', root)) === before);
    expect(await node.api.call('POST', '/v1/authority/renew', { authority: true })).toMatchObject({
      status: 200,
    });
    expect(await shown('panel.example.org', root)).toBe(before);
    expect(acme.given).toBe(1);
  });
});

describe('a node whose domain leads nowhere', () => {
  const node = nodeFor(['panel.example.com']);

  test('says why in its log, and serves its API with its own certificate', async () => {
    await eventually('it is told of', () =>
      /no certificate by ACME/.test(readFileSync(node.paths.log, 'utf8')),
    );
    expect(readFileSync(node.paths.log, 'utf8')).toMatch(/could not resolve URL/);
    const own = readFileSync(`${node.paths.state}/tls/authority.pem`, 'utf8');
    expect(await shown('panel.example.com', own)).toMatch(serial);
  });
});
