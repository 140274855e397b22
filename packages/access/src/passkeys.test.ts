import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeAuthenticator } from './fake-authenticator.ts';
import {
  isCopied,
  newPasskeyNonce,
  type PasskeyKey,
  passkeyCreation,
  passkeyOf,
  passkeyRequest,
  provenCounter,
} from './passkeys.ts';

const host = 'node1.example.org';
const origin = `https://${host}:4648`;
const ask = () => ({ challenge: newPasskeyNonce(), origin, host });

const creationOf = (asked: ReturnType<typeof ask>) =>
  passkeyCreation({
    ...asked,
    nodeName: 'node1',
    user: 'alice',
    fullName: '',
    handle: newPasskeyNonce(),
    known: [],
  });

async function registered(authenticator: FakeAuthenticator): Promise<PasskeyKey> {
  const asked = ask();
  const key = await passkeyOf(authenticator.create(creationOf(asked), origin), asked);
  if (key === null) throw new Error('the passkey is refused');
  return key;
}

describe('a new passkey', () => {
  test('is kept as the authenticator made it', async () => {
    const authenticator = new FakeAuthenticator();
    const key = await registered(authenticator);
    expect(key).toMatchObject({
      credential: authenticator.held[0]?.credential,
      counter: 0,
      transports: ['internal'],
    });
  });

  test('is refused when it answers something else, comes from elsewhere, or does not ask who holds it', async () => {
    const authenticator = new FakeAuthenticator();
    const asked = ask();
    const creation = creationOf(asked);
    const made = authenticator.create(creation, origin);
    expect(await passkeyOf(made, ask())).toBeNull();
    expect(await passkeyOf(authenticator.create(creation, `https://${host}`), asked)).toBeNull();
    const elsewhere = { ...creation, rp: { id: 'example.org', name: '' } };
    expect(await passkeyOf(authenticator.create(elsewhere, origin), asked)).toBeNull();
    expect(await passkeyOf({ ...made, id: 'AAAA', rawId: 'AAAA' }, asked)).toBeNull();
    authenticator.verifies = false;
    expect(await passkeyOf(authenticator.create(creation, origin), asked)).toBeNull();
  });

  test('is nothing when it is no passkey at all', async () => {
    const asked = ask();
    const made = new FakeAuthenticator().create(creationOf(asked), origin);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, isClient) => {
        const junk = Buffer.from(bytes).toString('base64url');
        const part = isClient ? { clientDataJSON: junk } : { attestationObject: junk };
        expect(await passkeyOf({ ...made, response: { ...made.response, ...part } }, asked)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });
});

describe('a proof', () => {
  test('is right for the challenge, the place and the passkey that it was made for, and for no other', async () => {
    const authenticator = new FakeAuthenticator();
    const key = await registered(authenticator);
    const other = await registered(new FakeAuthenticator());
    const asked = ask();
    const proof = authenticator.prove(passkeyRequest(asked), origin);
    expect(await provenCounter(proof, { asked, key })).toBe(0);
    expect(await provenCounter(proof, { asked: ask(), key })).toBeNull();
    expect(await provenCounter(proof, { asked, key: other })).toBeNull();
    const elsewhere = { ...asked, host: 'node2.example.org', origin: 'https://node2.example.org:4648' };
    expect(await provenCounter(proof, { asked: elsewhere, key })).toBeNull();
    const neighbour = authenticator.prove(passkeyRequest(asked), `https://${host}:9999`);
    expect(await provenCounter(neighbour, { asked, key })).toBeNull();
  });

  test('is wrong when nobody asked who holds the authenticator', async () => {
    const authenticator = new FakeAuthenticator();
    const key = await registered(authenticator);
    authenticator.verifies = false;
    const asked = ask();
    expect(
      await provenCounter(authenticator.prove(passkeyRequest(asked), origin), { asked, key }),
    ).toBeNull();
  });

  test('is wrong when a single bit of what was signed is another', async () => {
    const authenticator = new FakeAuthenticator();
    const key = await registered(authenticator);
    const asked = ask();
    const proof = authenticator.prove(passkeyRequest(asked), origin);
    const bytes = Buffer.from(proof.response.authenticatorData, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(36) ^ 1, 36);
    const response = { ...proof.response, authenticatorData: bytes.toString('base64url') };
    expect(await provenCounter({ ...proof, response }, { asked, key })).toBeNull();
  });
});

test('an authenticator that counts was copied when it does not go on from the last time', () => {
  expect(isCopied(0, 0)).toBe(false);
  expect(isCopied(0, 1)).toBe(false);
  expect(isCopied(5, 6)).toBe(false);
  expect(isCopied(5, 5)).toBe(true);
  expect(isCopied(5, 4)).toBe(true);
  expect(isCopied(5, 0)).toBe(true);
});
