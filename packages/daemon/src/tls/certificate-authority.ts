import { createPrivateKey, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { fault } from '@insula/contract';
import { CommandFailed, type Host } from '@insula/host';
import { Turns } from '@insula/operations';
import { authorityProfile, clientProfile, serverProfile } from './certificate-profiles.ts';

export interface Keypair {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}

/** Days that certificates are valid: the authority, and what browsers take at most of the others (398). */
const authorityDays = 3650;
const serverDays = 397;
const clientDays = 397;

/** Milliseconds before its end at which the certificate of the node is made anew. */
const renewalTime = 30 * 86_400_000;

interface AuthorityPorts extends Pick<Host, 'files' | 'commands'> {
  /** Folder of keys and certificates. */
  readonly dir: string;
  readonly nodeName: string;
}

/**
 * The node's own certificate authority, which signs the certificate of its API and those of users. Keys are files that only root can
 * read; openssl makes them.
 */
export class CertificateAuthority {
  readonly #ports: AuthorityPorts;
  readonly #listeners = new Set<() => Promise<void>>();
  readonly #turns = new Turns();

  constructor(ports: AuthorityPorts) {
    this.#ports = ports;
  }

  /** Told after something was made anew by request. */
  onChange(listener: () => Promise<void>): void {
    this.#listeners.add(listener);
  }

  /** The certificate of the authority, made at its first use. @throws CodedError host_lacks without openssl */
  async certificate(): Promise<string> {
    return await this.#turns.take(async () => (await this.#authority()).certificate);
  }

  /**
   * Key and certificate of the API for these names, with the authority's behind it; made anew when it soon ends or lacks a name.
   */
  async server(names: readonly string[]): Promise<Keypair> {
    return await this.#turns.take(async () => {
      const { files, nodeName } = this.#ports;
      const paths = this.#paths('server');
      const authority = await this.#authority();
      const kept = await this.#kept('server');
      if (kept !== null && isGood(kept.certificate, authority.certificate, names))
        return { key: kept.key, certificate: kept.certificate + authority.certificate };
      await this.#inWorkDir(async (dir) => {
        await files.writeAtomic(`${dir}/profile`, serverProfile(nodeName, names));
        await this.#openssl('req', '-new', ...newKey, '-config', `${dir}/profile`, ...out(dir, 'request'));
        await this.#sign(dir, serverDays);
        await this.#take(dir, paths);
      });
      return {
        key: await files.readText(paths.key),
        certificate: (await files.readText(paths.certificate)) + authority.certificate,
      };
    });
  }

  /**
   * Signs the key of a user's certificate request (PEM, PKCS #10). Nothing but the key is taken from it.
   * @throws CodedError invalid_input for what is none
   */
  async signClient(request: string, user: string): Promise<string> {
    return await this.#turns.take(
      async () =>
        await this.#inWorkDir(async (dir) => {
          const { files } = this.#ports;
          await this.#authority();
          await files.writeAtomic(`${dir}/profile`, clientProfile());
          await files.writeAtomic(`${dir}/request`, request);
          try {
            await this.#openssl('req', '-in', `${dir}/request`, '-verify', '-noout');
            await this.#sign(dir, clientDays, '-subj', `/CN=${user}`);
          } catch (error) {
            if (!(error instanceof CommandFailed)) throw error;
            const problem = 'no certificate request whose signature fits its key';
            throw fault('invalid_input', { field: 'request', problem }, { cause: error });
          }
          return await files.readText(`${dir}/certificate`);
        }),
    );
  }

  /**
   * Makes the certificate of the API anew, and with `authority` that as well: every certificate that the one before has signed is
   * worthless from then on.
   */
  async renew({ authority }: { readonly authority: boolean }): Promise<void> {
    await this.#turns.take(async () => {
      if (authority) await this.#makeAuthority();
      else await this.#ports.files.removeFile(this.#paths('server').certificate);
    });
    for (const listener of this.#listeners) await listener();
  }

  async #authority(): Promise<Keypair> {
    return (await this.#kept('authority')) ?? (await this.#makeAuthority());
  }

  async #makeAuthority(): Promise<Keypair> {
    const { files, nodeName } = this.#ports;
    const paths = this.#paths('authority');
    await this.#inWorkDir(async (dir) => {
      await files.writeAtomic(`${dir}/profile`, authorityProfile(nodeName));
      await this.#openssl(
        ...['req', '-x509', ...newKey, '-config', `${dir}/profile`, '-extensions', 'extensions'],
        ...['-days', String(authorityDays), '-set_serial', serial(), ...out(dir, 'certificate')],
      );
      await this.#take(dir, paths);
    });
    return { key: await files.readText(paths.key), certificate: await files.readText(paths.certificate) };
  }

  /** Key and certificate of a name, null unless both are there and belong together: a daemon may have been killed between the two. */
  async #kept(name: 'authority' | 'server'): Promise<Keypair | null> {
    const { files } = this.#ports;
    const paths = this.#paths(name);
    const key = await files.readTextIfExists(paths.key);
    const certificate = await files.readTextIfExists(paths.certificate);
    if (key === null || certificate === null) return null;
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
      ? { key, certificate }
      : null;
  }

  async #sign(dir: string, days: number, ...more: readonly string[]): Promise<void> {
    const authority = this.#paths('authority');
    await this.#openssl(
      ...['x509', '-req', '-in', `${dir}/request`, '-CA', authority.certificate, '-CAkey', authority.key],
      ...['-set_serial', serial(), '-days', String(days), '-sha256'],
      ...['-extfile', `${dir}/profile`, '-extensions', 'extensions', '-out', `${dir}/certificate`, ...more],
    );
  }

  async #take(dir: string, paths: { readonly key: string; readonly certificate: string }): Promise<void> {
    const { files } = this.#ports;
    await files.rename(`${dir}/key`, paths.key);
    await files.rename(`${dir}/certificate`, paths.certificate);
  }

  #paths(name: string) {
    const { dir } = this.#ports;
    return { key: `${dir}/${name}-key.pem`, certificate: `${dir}/${name}.pem` };
  }

  async #inWorkDir<Result>(work: (dir: string) => Promise<Result>): Promise<Result> {
    const { files, dir } = this.#ports;
    const workDir = `${dir}/new-${randomUUID()}`;
    await files.makeDir(dir, { mode: 0o700 });
    await files.makeDir(workDir, { mode: 0o700 });
    try {
      return await work(workDir);
    } finally {
      await files.removeTree(workDir);
    }
  }

  async #openssl(...argv: readonly string[]): Promise<void> {
    try {
      await this.#ports.commands.run(['openssl', ...argv]);
    } catch (error) {
      if (!(error instanceof CommandFailed) || !error.isNotFound) throw error;
      const consequence = 'the API cannot be served over TLS with a certificate of its own';
      const remedy = 'install the package openssl';
      throw fault('host_lacks', { feature: 'openssl', consequence, remedy }, { cause: error });
    }
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-batch'] as const;

const out = (dir: string, what: string) => ['-keyout', `${dir}/key`, '-out', `${dir}/${what}`];

/** 127 random bits: never negative, as RFC 5280 §4.1.2.2 wants it. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return `0x${bytes.toString('hex')}`;
}

function isGood(certificate: string, authority: string, names: readonly string[]): boolean {
  const x509 = new X509Certificate(certificate);
  return (
    Date.parse(x509.validTo) - Date.now() > renewalTime &&
    x509.verify(new X509Certificate(authority).publicKey) &&
    names.every((name) => (isIP(name) === 0 ? x509.checkHost(name) : x509.checkIP(name)) !== undefined)
  );
}
