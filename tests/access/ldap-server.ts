import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { eventually, freePort, run, type StartedProgram, startProgram } from '../harness/index.ts';

const base = 'dc=example,dc=org';
export const people = `ou=people,${base}`;
export const groups = `ou=groups,${base}`;
export const reader = { dn: `cn=reader,${base}`, password: 'reads' };

/** How a server shows who it is; with this, nothing is answered that does not come over TLS. */
export interface ServerTls {
  /** `ldap` becomes TLS when the client asks for it. */
  readonly scheme: 'ldap' | 'ldaps';
  /** Of this machine's loopback. */
  readonly address: string;
  /** Paths of what is in PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** A real slapd with some people. Nobody may look anything up without a password. */
export class LdapServer {
  readonly url: string;
  readonly #dir: string;
  readonly #program: StartedProgram;

  private constructor(url: string, dir: string, program: StartedProgram) {
    this.url = url;
    this.#dir = dir;
    this.#program = program;
  }

  static async start(entries: string, tls?: ServerTls): Promise<LdapServer> {
    const dir = mkdtempSync(`${tmpdir()}/insula-ldap-`);
    const port = await freePort();
    mkdirSync(`${dir}/data`);
    writeFileSync(
      `${dir}/slapd.conf`,
      [
        ...['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
        `pidfile ${dir}/slapd.pid`,
        ...(tls === undefined
          ? []
          : [
              `TLSCertificateFile ${tls.certificate}`,
              `TLSCertificateKeyFile ${tls.key}`,
              'security tls=128',
            ]),
        'modulepath /usr/lib/ldap',
        'moduleload back_mdb',
        'database mdb',
        `suffix "${base}"`,
        `directory ${dir}/data`,
        'access to attrs=userPassword by anonymous auth by * none',
        `access to * by dn.exact="${reader.dn}" read by anonymous auth by * none`,
        '',
      ].join('\n'),
    );
    await run(['slapadd', '-f', `${dir}/slapd.conf`], { input: `${foundation}\n${entries}` });
    const { scheme, address } = tls ?? { scheme: 'ldap', address: '127.0.0.1' };
    const url = `${scheme}://${address}:${port}`;
    const program = startProgram(['slapd', '-d', '0', '-h', url, '-f', `${dir}/slapd.conf`], {
      timeout: 600_000,
    });
    await eventually('slapd answers', async () => await answers(port, address));
    return new LdapServer(url, dir, program);
  }

  async stop(): Promise<void> {
    this.#program.child.kill();
    await this.#program.ended;
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const foundation = `dn: ${base}
objectClass: dcObject
objectClass: organization
o: Example

dn: ${people}
objectClass: organizationalUnit

dn: ${groups}
objectClass: organizationalUnit

dn: ${reader.dn}
objectClass: person
sn: reader
userPassword: ${reader.password}
`;

async function answers(port: number, address: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, address);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
