import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';

/**
 * The key by which a server of this machine is known: base64 of the SHA-256 of its public key (SPKI, RFC 7469 §2.4).
 * A browser that is told to trust it sees no certificate error at all. One that is told to look away from errors meets
 * the error again at each connection, and gives up on a page that met it too often.
 */
export async function serverKey(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    const { publicKey } = new X509Certificate(socket.getPeerCertificate().raw);
    return createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');
  } finally {
    socket.destroy();
  }
}
