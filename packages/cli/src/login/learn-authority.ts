import { X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { fault } from '@insula/contract';

/** Milliseconds to reach a node. */
const patience = 10_000;

/** What a node shows of itself. */
export interface Shown {
  /** This machine trusts it without being told. */
  readonly isTrusted: boolean;
  /** The last certificate of the chain: that of its authority. PEM. */
  readonly authority: string;
  readonly fingerprint: string;
}

/** Asks a node for its certificates; nothing else is sent. @throws CodedError daemon_unavailable */
export async function learnAuthority(url: URL): Promise<Shown> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? 443 : Number(url.port);
  const socket = await open(url.origin, host, port);
  try {
    let certificate: DetailedPeerCertificate = socket.getPeerCertificate(true);
    // the last one is its own issuer
    while (
      certificate.issuerCertificate !== undefined &&
      certificate.issuerCertificate.fingerprint256 !== certificate.fingerprint256
    )
      certificate = certificate.issuerCertificate;
    const { raw, fingerprint256: fingerprint } = certificate;
    return { isTrusted: socket.authorized, authority: new X509Certificate(raw).toString(), fingerprint };
  } finally {
    socket.destroy();
  }
}

async function open(place: string, host: string, port: number): Promise<TLSSocket> {
  return await new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      rejectUnauthorized: false,
      ...(isName(host) ? { servername: host } : {}),
    });
    socket.setTimeout(patience, () => socket.destroy(new Error('no answer in time')));
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', (error: Error) => {
      reject(fault('daemon_unavailable', { socket: place, problem: error.message }, { cause: error }));
    });
  });
}

/** Addresses are no server names (RFC 6066 §3). */
const isName = (host: string): boolean => !/^[0-9.]+$|:/.test(host);
