import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Problem } from '@insula/contract';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually, freePort, run, useNode } from '../harness/index.ts';
import { Browser } from './browser.ts';
import { LdapServer, people, reader, type ServerTls } from './ldap-server.ts';

/* A directory that is reached over TLS only, with a certificate of an authority that the host trusts. */

const entries = `dn: uid=dora,${people}
objectClass: inetOrgPerson
cn: Dora D.
sn: D.
userPassword: what dora knows
`;

const dir = mkdtempSync(`${tmpdir()}/insula-directory-`);
const [certificate, key] = [`${dir}/certificate.pem`, `${dir}/key.pem`];
const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2';
const request = ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
await run([
  ...request,
  ...['-subj', '/CN=directory', '-addext', names, '-days', '2', '-keyout', key, '-out', certificate],
]);
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const ways: readonly Pick<ServerTls, 'scheme' | 'address'>[] = [
  { scheme: 'ldaps', address: '127.0.0.1' },
  // not the node's own address, to which it would speak in plain text
  { scheme: 'ldap', address: '127.0.0.2' },
];

describe.each(ways)('$scheme at $address', async (way) => {
  const port = await freePort();
  const ldap = await LdapServer.start(entries, { ...way, certificate, key });
  const nodeOf = (env: Readonly<Record<string, string>>) =>
    useNode({
      templates: [],
      onMachineNetwork: true,
      // as the unit of the daemon has it
      env: { NODE_OPTIONS: '--use-system-ca', ...env },
      config: {
        network: { nat: false },
        api: {
          address: '127.0.0.1',
          port,
          ldap: {
            url: ldap.url,
            bindDn: reader.dn,
            bindPassword: reader.password,
            base: people,
            createUsers: true,
          },
        },
      },
    });
  afterAll(async () => {
    await ldap.stop();
  });

  const logIn = async (node: ReturnType<typeof useNode>) => {
    const authority = `${node.paths.state}/tls/authority.pem`;
    const browser = await eventually('the API is served', async () => {
      if (!existsSync(authority)) return false;
      const ca = readFileSync(authority, 'utf8');
      const found = new Browser({ origin: `https://localhost:${port}`, from: '127.0.0.3', ca });
      return (await found.ask('/v1/login')).status === 200 && found;
    });
    return await browser.logIn({ user: 'dora', password: 'what dora knows', realm: 'ldap' });
  };

  describe('on a host that trusts it', () => {
    const node = nodeOf({ SSL_CERT_FILE: certificate });
    test('somebody logs in', async () => {
      expect(await logIn(node)).toMatchObject({ status: 200 });
    });
  });

  describe('on a host that does not', () => {
    const node = nodeOf({ SSL_CERT_FILE: '/dev/null' });
    test('nobody logs in, and no password is sent', async () => {
      const { body } = await logIn(node);
      expect(JSON.parse(body) as Problem).toMatchObject({ code: 'realm_unavailable' });
    });
  });
});
