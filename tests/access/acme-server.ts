import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { eventually, freePort, run, type StartedProgram, startProgram } from '../harness/index.ts';

/** A real ACME server (pebble), and the names that it looks up: everything below example.org is this machine, nothing else is known. */
export class AcmeServer {
  /** The directory. */
  readonly url: string;
  /** Path of the certificate that it shows itself. */
  readonly authority: string;
  readonly #dir: string;
  readonly #management: string;
  readonly #programs: readonly StartedProgram[];

  private constructor(
    at: Pick<AcmeServer, 'url' | 'authority'>,
    dir: string,
    management: string,
    programs: readonly StartedProgram[],
  ) {
    this.url = at.url;
    this.authority = at.authority;
    this.#dir = dir;
    this.#management = management;
    this.#programs = programs;
  }

  /** `proofPort`: where it asks for proofs, in place of port 80. */
  static async start({ proofPort }: { readonly proofPort: number }): Promise<AcmeServer> {
    const dir = mkdtempSync(`${tmpdir()}/insula-acme-`);
    const [key, certificate] = [`${dir}/key.pem`, `${dir}/certificate.pem`];
    await run([
      ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/CN=acme', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
      ...['-keyout', key, '-out', certificate],
    ]);
    const [port, managementPort, namePort] = [await freePort(), await freePort(), await freePort()];
    const pebble = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${managementPort}`,
      certificate,
      privateKey: key,
      httpPort: proofPort,
      tlsPort: await freePort(),
    };
    writeFileSync(`${dir}/pebble.json`, JSON.stringify({ pebble }));
    const names = [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--pid-file',
    ];
    const programs = [
      startProgram(
        [
          ...['dnsmasq', ...names, '--bind-interfaces', '--listen-address=127.0.0.1', `--port=${namePort}`],
          ...['--address=/example.org/127.0.0.1'],
        ],
        { timeout: 600_000 },
      ),
      startProgram(['pebble', '-config', `${dir}/pebble.json`, '-dnsserver', `127.0.0.1:${namePort}`], {
        // it sleeps before it asks, and refuses some requests so that clients learn to try again
        env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '20' },
        timeout: 600_000,
      }),
    ];
    const at = { url: `https://127.0.0.1:${port}/dir`, authority: certificate };
    const server = new AcmeServer(at, dir, `https://127.0.0.1:${managementPort}`, programs);
    await eventually('pebble answers', async () => (await server.root().catch(() => '')) !== '');
    return server;
  }

  /** The authority of the certificates that it gives. PEM. */
  async root(): Promise<string> {
    return await new Promise((resolve, reject) => {
      request(`${this.#management}/roots/0`, { rejectUnauthorized: false, agent: false })
        .once('error', reject)
        .once('response', (response) => void text(response).then(resolve, reject))
        .end();
    });
  }

  /** How many certificates it has given. */
  get given(): number {
    return this.#programs[1]?.output().stdout.match(/Issued certificate serial/g)?.length ?? 0;
  }

  async stop(): Promise<void> {
    for (const program of this.#programs) {
      program.child.kill();
      await program.ended;
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
