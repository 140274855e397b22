import { randomBytes } from 'node:crypto';
import {
  type PasskeyCreated,
  type PasskeyCreation,
  type PasskeyProof,
  type PasskeyRequest,
  type PasskeyTransport,
  passkeyTransports,
} from '@insula/contract';

/** Milliseconds that somebody may take to find the authenticator. */
export const passkeyPatience = 300_000;

/** EdDSA, ES256 and RS256 (IANA, COSE algorithms): what authenticators have. */
const algorithms = [-8, -7, -257];

/** What is kept of a passkey to know it again. */
export interface PasskeyKey {
  /** Id that the authenticator chose, base64url. */
  readonly credential: string;
  /** COSE_Key. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
  readonly transports: readonly PasskeyTransport[];
}

/** What an answer has to fit. */
export interface PasskeyAsked {
  readonly challenge: string;
  /** Address of the panel, as browsers write origins. */
  readonly origin: string;
  /** The host in it: what a passkey belongs to. */
  readonly host: string;
}

/** 256 random bits in base64url: a challenge, or what an authenticator knows a user by. */
export const newPasskeyNonce = (): string => randomBytes(32).toString('base64url');

/** What a browser makes a passkey from that lets its user in by itself: it is found without a name, and asks who holds it. */
export function passkeyCreation({
  challenge,
  host,
  nodeName,
  user,
  fullName,
  handle,
  known,
}: Pick<PasskeyAsked, 'challenge' | 'host'> & {
  readonly nodeName: string;
  readonly user: string;
  readonly fullName: string;
  readonly handle: string;
  readonly known: readonly Pick<PasskeyKey, 'credential' | 'transports'>[];
}): PasskeyCreation {
  return {
    challenge,
    rp: { id: host, name: `Insula ${nodeName}` },
    user: { id: handle, name: user, displayName: fullName || user },
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: passkeyPatience,
    attestation: 'none',
    excludeCredentials: known.map(({ credential, transports }) => ({
      id: credential,
      type: 'public-key',
      transports: [...transports],
    })),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
  };
}

export function passkeyRequest({
  challenge,
  host,
}: Pick<PasskeyAsked, 'challenge' | 'host'>): PasskeyRequest {
  return { challenge, rpId: host, timeout: passkeyPatience, userVerification: 'required' };
}

/** The passkey that a browser has made as it was asked to; null for anything else. */
export async function passkeyOf(answer: PasskeyCreated, asked: PasskeyAsked): Promise<PasskeyKey | null> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const { id, rawId, type, response } = answer;
  const { clientDataJSON, attestationObject, transports = [] } = response;
  try {
    if (await isAttested(attestationObject)) return null;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id,
        rawId,
        type,
        response: { clientDataJSON, attestationObject },
        clientExtensionResults: {},
      },
      expectedChallenge: asked.challenge,
      expectedOrigin: asked.origin,
      expectedRPID: asked.host,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified || registrationInfo.credential.id !== id) return null;
    const { publicKey, counter } = registrationInfo.credential;
    return {
      credential: id,
      publicKey,
      counter,
      transports: passkeyTransports.filter((known) => transports.includes(known)),
    };
  } catch {
    return null;
  }
}

/** Nobody asked for certificates of the authenticator, and to check them would have the node fetch what they name. */
async function isAttested(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
  const format = decoded.get('fmt');
  return format !== 'none' && (format !== 'packed' || decoded.get('attStmt').get('x5c') !== undefined);
}

/** The counter of the authenticator in a proof that is right; null for one that is not. */
export async function provenCounter(
  answer: PasskeyProof,
  { asked, key }: { readonly asked: PasskeyAsked; readonly key: PasskeyKey },
): Promise<number | null> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const { id, rawId, type, response } = answer;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId, type, response, clientExtensionResults: {} },
      expectedChallenge: asked.challenge,
      expectedOrigin: asked.origin,
      expectedRPID: asked.host,
      requireUserVerification: true,
      // the library compares counters before signatures: anybody could have a passkey taken for a copy
      credential: { id: key.credential, publicKey: key.publicKey, counter: 0 },
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

/** Authenticators that count at all count each use (WebAuthn §6.1.1): one that does not go on from the last was copied. */
export function isCopied(lastCounter: number, counter: number): boolean {
  return (lastCounter > 0 || counter > 0) && counter <= lastCounter;
}
