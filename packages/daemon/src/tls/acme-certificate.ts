import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type AcmeConfig, CodedError, fault } from '@insula/contract';
import { CommandFailed, type Host } from '@insula/host';
import type { Keypair } from './certificate-authority.ts';

/** Milliseconds between two attempts: an authority takes five that fail in an hour (letsencrypt.org/docs/rate-limits). */
const attemptInterval = 15 * 60_000;

/** Milliseconds that an attempt may take, all domains together. */
const attemptTime = 5 * 60_000;

/** A certificate is replaced when this much of its time is left, at most so many milliseconds. */
const renewal = { share: 1 / 3, most: 30 * 86_400_000 } as const;

interface AcmePorts extends Pick<Host, 'files' | 'commands'> {
  /** Folder of the account, the certificates and the proofs. */
  readonly dir: string;
  /** In lower case, at least one. */
  readonly domains: readonly string[];
  readonly settings: AcmeConfig;
}

/** The certificate that an ACME server gives the node for its domains, by the proof over HTTP (RFC 8555 §8.3); lego asks for it. */
export class AcmeCertificate {
  readonly #ports: AcmePorts;

  constructor(ports: AcmePorts) {
    this.#ports = ports;
  }

  /** The one that is there and good now, with its chain. */
  async kept(): Promise<Keypair | null> {
    const { files, domains } = this.#ports;
    const path = `${this.#account}/certificates/${domains[0]}`;
    const key = await files.readTextIfExists(`${path}.key`);
    const certificate = await files.readTextIfExists(`${path}.crt`);
    if (key === null || certificate === null) return null;
    return isGood({ key, certificate }, domains, Date.now()) ? { key, certificate } : null;
  }

  /** What the server is to find for a token. */
  async proof(token: string): Promise<string | null> {
    return await this.#ports.files.readTextIfExists(`${this.#proofs}/.well-known/acme-challenge/${token}`);
  }

  /**
   * Asks for a certificate where there is none, or one that ends soon; not sooner than a quarter of an hour after the attempt before,
   * also that of a daemon before.
   * @returns whether there is another one
   * @throws CodedError host_lacks without lego
   * @throws CommandFailed with the server's reason
   */
  async renewWhenDue(signal: AbortSignal): Promise<boolean> {
    const { files, dir } = this.#ports;
    const kept = await this.kept();
    if (kept !== null && !isDue(kept, Date.now())) return false;
    const stamp = `${dir}/attempted`;
    const last = Date.parse((await files.readTextIfExists(stamp)) ?? '');
    if (Math.abs(Date.now() - last) < attemptInterval) return false;
    await files.makeDir(dir, { mode: 0o700 });
    // lego takes its proofs away, unless it was killed
    await files.removeTree(this.#proofs);
    await files.makeDir(this.#proofs, { mode: 0o700 });
    await files.writeAtomic(stamp, new Date().toISOString());
    try {
      await this.#ask(signal);
    } catch (error) {
      // nobody was asked
      if (error instanceof CodedError) await files.removeFile(stamp);
      throw error;
    }
    return true;
  }

  /** Another server knows nothing of the account, and its certificates are not worth the same. */
  get #account(): string {
    return `${this.#ports.dir}/${new URL(this.#ports.settings.server).host.replace(':', '_')}`;
  }

  get #proofs(): string {
    return `${this.#ports.dir}/proofs`;
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { commands, domains, settings } = this.#ports;
    const argv = [
      ...['lego', '--accept-tos', `--email=${settings.email}`, `--server=${settings.server}`],
      ...[`--path=${this.#account}`, '--http', `--http.webroot=${this.#proofs}`],
      ...[...domains.map((domain) => `--domains=${domain}`), 'run'],
    ];
    const env = settings.authority === undefined ? {} : { LEGO_CA_CERTIFICATES: settings.authority };
    try {
      await commands.run(argv, { signal, timeoutMs: attemptTime, env });
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      if (!error.isNotFound) throw error.withStderr(reasonIn(error.stderr));
      const consequence = 'no certificate can be had from an ACME server';
      const remedy = 'install the package lego';
      throw fault('host_lacks', { feature: 'lego', consequence, remedy }, { cause: error });
    }
  }
}

/** Valid, and for all the domains. What is not whole is not good: lego may have been ended while it wrote. Pure. */
export function isGood({ key, certificate }: Keypair, domains: readonly string[], now: number): boolean {
  try {
    const x509 = new X509Certificate(certificate);
    return (
      x509.checkPrivateKey(createPrivateKey(key)) &&
      Date.parse(x509.validTo) > now &&
      domains.every((domain) => x509.checkHost(domain) !== undefined)
    );
  } catch {
    return false;
  }
}

/** Pure. */
export function isDue({ certificate }: Pick<Keypair, 'certificate'>, now: number): boolean {
  const { validFrom, validTo } = new X509Certificate(certificate);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return to - now < Math.min((to - from) * renewal.share, renewal.most);
}

/** What went wrong, without times and the steps that went well: lego ends with that. Pure. */
export function reasonIn(stderr: string): string {
  return stderr
    .split('\n')
    .map((line) => line.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('[INFO]'))
    .join(' ');
}
