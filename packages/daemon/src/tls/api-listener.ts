import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Host } from '@insula/host';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { codeError } from '../code-error.ts';
import { networkDoor } from '../http/doors.ts';
import { createServer } from '../http/server.ts';
import type { Node } from '../node.ts';
import { AcmeKeeper, type ShowByName } from './acme-keeper.ts';
import { apiNames } from './api-names.ts';
import type { Keypair } from './certificate-authority.ts';
import { openRedirect } from './https-redirect.ts';

/** TLS 1.3, and of 1.2 only what has forward secrecy and authenticated encryption (RFC 9325 §4.2). */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

const protocol = { minVersion: 'TLSv1.2', ciphers } as const;

/** Milliseconds that a client gets for its handshake, and for the head of a request. */
const handshakeTime = 10_000;
const headTime = 20_000;
/** Connections at once: each costs a descriptor and some tens of kilobytes. */
const mostConnections = 2_000;
/** Milliseconds between two looks whether the certificate must be made anew or was replaced. */
const lookInterval = 3_600_000;

/** The API over TLS. A node that cannot serve it goes on without, says why in its log, and tries again. */
export class ApiListener {
  readonly #node: Node;
  readonly #log: Logger;
  readonly #retryTime: number;
  #server: FastifyInstance | undefined;
  #redirect: Server | undefined;
  readonly #acme: AcmeKeeper;
  #timer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #problem = '';
  #shown = '';

  /** `retryTime`: milliseconds until it is tried again, when another program has the port or a file is missing. */
  constructor(node: Node, log: Logger, { retryTime = 5_000 }: { readonly retryTime?: number } = {}) {
    this.#node = node;
    this.#log = log;
    this.#retryTime = retryTime;
    this.#acme = new AcmeKeeper(node, log);
  }

  async open(): Promise<void> {
    const { api } = this.#node.config;
    if (api.port === 0) return;
    try {
      this.#server = await createServer(this.#node, this.#log, networkDoor(this.#node), {
        ...(await this.#identity()),
        ...protocol,
        honorCipherOrder: true,
        // asked for, not demanded: tokens and sessions do without
        requestCert: true,
        rejectUnauthorized: false,
        handshakeTimeout: handshakeTime,
        headersTimeout: headTime,
      });
      this.#server.server.maxConnections = mostConnections;
      await this.#server.listen({ host: api.address, port: api.port });
      if (api.redirectPort !== 0) {
        const names = () => apiNames(this.#node.config);
        const proof = async (token: string) => await this.#acme.proof(token);
        const { address, port: to, redirectPort: port } = api;
        this.#redirect = await openRedirect({ address, port, to, names, proof });
      }
      await this.#acme.show(this.#showByName);
      this.#acme.begin(this.#showByName);
      this.#timer = setInterval(() => void this.refresh(), lookInterval).unref();
      this.#node.authority.onChange(async () => await this.refresh());
      this.#problem = '';
      this.#log.info({ port: api.port }, 'serving the API over TLS');
    } catch (error) {
      await this.close();
      const problem = codeError(error).message;
      if (problem !== this.#problem)
        this.#log.warn(
          { problem },
          'no API over TLS: only the local socket is there, until it can be served',
        );
      this.#problem = problem;
      this.#retry = setTimeout(() => void this.open(), this.#retryTime).unref();
    }
  }

  /** Takes up another certificate; connections that are open go on with the one they began with. */
  async refresh(): Promise<void> {
    try {
      const before = this.#shown;
      const identity = await this.#identity();
      if (this.#shown === before || this.#server === undefined) return;
      tlsOf(this.#server).setSecureContext({ ...identity, ...protocol });
      // users' certificates are checked with the authority of the one that is shown
      await this.#acme.show(this.#showByName);
      this.#log.info('the certificate of the API has changed');
    } catch (error) {
      this.#log.warn({ problem: codeError(error).message }, 'the certificate of the API stays as it is');
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry);
    clearInterval(this.#timer);
    this.#acme.end();
    this.#redirect?.closeAllConnections();
    this.#redirect?.close();
    await this.#server?.close();
    this.#server = undefined;
  }

  /** Everybody else, and who comes by an address, sees the node's own. */
  readonly #showByName: ShowByName = async (domains, { key, certificate: cert }) => {
    if (this.#server === undefined) return;
    const ca = await this.#node.authority.certificate();
    for (const domain of domains) tlsOf(this.#server).addContext(domain, { key, cert, ca, ...protocol });
  };

  /** What the node shows, and whose signature on client certificates counts. */
  async #identity(): Promise<{ readonly key: string; readonly cert: string; readonly ca: string }> {
    const { authority, host, config } = this.#node;
    const own = config.api.certificate;
    const { key, certificate } =
      own === undefined ? await authority.server(apiNames(config)) : await readKeypair(host.files, own);
    const ca = await authority.certificate();
    this.#shown = key + certificate + ca;
    return { key, cert: certificate, ca };
  }
}

const tlsOf = (server: FastifyInstance) => server.server as unknown as HttpsServer;

/** @throws Error for files that are none */
async function readKeypair(
  files: Host['files'],
  paths: { readonly certificate: string; readonly key: string },
): Promise<Keypair> {
  const certificate = await files.readText(paths.certificate);
  const key = await files.readText(paths.key);
  new X509Certificate(certificate);
  return { key, certificate };
}
