import type { Logger } from 'pino';
import { codeError } from '../code-error.ts';
import type { Node } from '../node.ts';
import { AcmeCertificate } from './acme-certificate.ts';
import { apiDomains } from './api-names.ts';
import type { Keypair } from './certificate-authority.ts';

/** Milliseconds between two looks whether the certificate ends soon, or the attempt before has failed. */
const lookInterval = 15 * 60_000;

/** Shows a certificate to whoever asks for one of these domains. */
export type ShowByName = (domains: readonly string[], keypair: Keypair) => Promise<void>;

/** Keeps the certificate that an ACME server gives the node, where it is configured to have one, and has it shown. */
export class AcmeKeeper {
  readonly #log: Logger;
  readonly #domains: readonly string[];
  readonly #certificate: AcmeCertificate | null;
  #timer: NodeJS.Timeout | undefined;
  #ending = new AbortController();

  constructor({ config, host }: Pick<Node, 'config' | 'host'>, log: Logger) {
    this.#log = log;
    this.#domains = apiDomains(config);
    const { acme: settings } = config.api;
    const ports = { ...host, dir: `${config.stateDir}/tls/acme`, domains: this.#domains };
    this.#certificate = settings === undefined ? null : new AcmeCertificate({ ...ports, settings });
  }

  /** What the server is to find for a token; null for one that is none of ours. */
  async proof(token: string): Promise<string | null> {
    return (await this.#certificate?.proof(token)) ?? null;
  }

  /** Shows the certificate that is there. */
  async show(show: ShowByName): Promise<void> {
    const kept = await this.#certificate?.kept();
    if (kept !== undefined && kept !== null) await show(this.#domains, kept);
  }

  /** From now on there is always a good one. The server must be able to ask for proofs already. */
  begin(show: ShowByName): void {
    if (this.#certificate === null) return;
    this.#ending = new AbortController();
    const look = () => void this.#look(this.#ending.signal, show);
    this.#timer = setInterval(look, lookInterval).unref();
    look();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#ending.abort();
  }

  async #look(signal: AbortSignal, show: ShowByName): Promise<void> {
    try {
      if ((await this.#certificate?.renewWhenDue(signal)) !== true) return;
      await this.show(show);
      this.#log.info({ domains: this.#domains }, 'there is a new certificate by ACME');
    } catch (error) {
      if (signal.aborted) return;
      const problem = codeError(error).message;
      this.#log.warn({ problem }, 'no certificate by ACME: it is asked for again in a quarter of an hour');
    }
  }
}
