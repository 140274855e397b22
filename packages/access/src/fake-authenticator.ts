import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { PasskeyCreated, PasskeyCreation, PasskeyProof, PasskeyRequest } from '@insula/contract';

interface Held {
  readonly credential: string;
  readonly privateKey: KeyObject;
  readonly handle: string;
}

/** Bits of authenticator data (WebAuthn §6.1). */
const flags = { present: 0x01, verified: 0x04, attested: 0x40 } as const;

/** A browser with an authenticator that does what it is asked, and anything else that a test wants. */
export class FakeAuthenticator {
  readonly held: Held[] = [];
  counter = 0;
  /** Whether it asks for a PIN, a finger or a face. */
  verifies = true;

  create({ challenge, rp, user }: PasskeyCreation, origin: string): PasskeyCreated {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32);
    const credential = id.toString('base64url');
    this.held.push({ credential, privateKey, handle: user.id });
    const authData = Buffer.concat([
      this.#head(rp.id, flags.attested),
      Buffer.alloc(16),
      Buffer.from([0, id.length]),
      id,
      coseKey(publicKey),
    ]);
    return {
      ...named(credential),
      response: {
        clientDataJSON: clientData('webauthn.create', challenge, origin),
        attestationObject: attestation(authData),
        transports: ['internal'],
      },
    };
  }

  /** Proves with the passkey that was made last, or with another. */
  prove({ challenge, rpId }: PasskeyRequest, origin: string, held = this.held.at(-1)): PasskeyProof {
    if (held === undefined) throw new Error('there is no passkey');
    const clientDataJSON = clientData('webauthn.get', challenge, origin);
    const authData = this.#head(rpId, 0);
    const signature = createSign('sha256')
      .update(authData)
      .update(sha256(Buffer.from(clientDataJSON, 'base64url')))
      .sign(held.privateKey);
    return {
      ...named(held.credential),
      response: {
        clientDataJSON,
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: held.handle,
      },
    };
  }

  #head(host: string, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const set = flags.present | (this.verifies ? flags.verified : 0) | more;
    return Buffer.concat([sha256(Buffer.from(host)), Buffer.from([set]), counter]);
  }
}

const named = (credential: string) => ({ id: credential, rawId: credential, type: 'public-key' as const });

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const clientData = (type: string, challenge: string, origin: string): string =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');

/** ES256 in CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y} (RFC 9053 §7.1.1). */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.concat([Buffer.from('5820', 'hex'), Buffer.from(text, 'base64url')]);
  return Buffer.concat([
    Buffer.from('a5010203262001', 'hex'),
    Buffer.from('21', 'hex'),
    bytes(x),
    Buffer.from('22', 'hex'),
    bytes(y),
  ]);
}

/** {fmt: "none", attStmt: {}, authData} in CBOR. */
function attestation(authData: Buffer): string {
  const text = (value: string) => Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
  return Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from([0xa0]),
    text('authData'),
    Buffer.from([0x58, authData.length]),
    authData,
  ]).toString('base64url');
}
