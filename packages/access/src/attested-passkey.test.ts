import { execFileSync } from 'node:child_process';
import { createHash, createSign, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { verifyRegistrationResponse } from '@simplewebauthn/server';
import { expect, test } from 'vitest';
import { FakeAuthenticator } from './fake-authenticator.ts';
import { newPasskeyNonce, passkeyCreation, passkeyOf } from './passkeys.ts';

/** Key and certificate of a maker of authenticators (WebAuthn §8.2.1), with openssl. */
function maker(): { readonly key: string; readonly der: Buffer } {
  const dir = mkdtempSync(`${tmpdir()}/insula-maker-`);
  try {
    writeFileSync(`${dir}/config`, '[req]\ndistinguished_name=dn\n[dn]\n');
    const of = ['-config', `${dir}/config`, '-keyout', `${dir}/key`, '-out', `${dir}/certificate`];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const subject = ['-subj', '/C=US/O=Maker/OU=Authenticator Attestation/CN=Maker'];
    const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
    execFileSync('openssl', ['req', '-x509', ...of, ...kind, ...subject, ...leaf], { stdio: 'ignore' });
    const { raw } = new X509Certificate(readFileSync(`${dir}/certificate`));
    return { key: readFileSync(`${dir}/key`, 'utf8'), der: Buffer.from(raw) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** {fmt: "packed", attStmt: {alg: -7, sig, x5c: [certificate]}, authData} in CBOR. */
function packed(authData: Buffer, signature: Buffer, certificate: Buffer): string {
  const text = (value: string) => Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
  const bytes = (value: Buffer) =>
    Buffer.concat([Buffer.from([0x59, value.length >> 8, value.length & 0xff]), value]);
  const parts = [
    Buffer.from([0xa3]),
    text('fmt'),
    text('packed'),
    text('attStmt'),
    Buffer.from([0xa3]),
    text('alg'),
    Buffer.from([0x26]),
    text('sig'),
    bytes(signature),
    text('x5c'),
    Buffer.from([0x81]),
    bytes(certificate),
    text('authData'),
    bytes(authData),
  ];
  return Buffer.concat(parts).toString('base64url');
}

test('a passkey with a certificate of its maker, which nobody asked for, is refused however sound it is', async () => {
  const host = 'node1.example.org';
  const asked = { challenge: newPasskeyNonce(), host, origin: `https://${host}:4648` };
  const about = { nodeName: 'node1', user: 'alice', fullName: '', handle: newPasskeyNonce(), known: [] };
  const made = new FakeAuthenticator().create(passkeyCreation({ ...asked, ...about }), asked.origin);
  const whole = Buffer.from(made.response.attestationObject, 'base64url');
  const authData = whole.subarray(whole.indexOf('authData') + 'authData'.length + 2);
  const { key, der } = maker();
  const clientData = Buffer.from(made.response.clientDataJSON, 'base64url');
  const signature = createSign('sha256')
    .update(authData)
    .update(createHash('sha256').update(clientData).digest())
    .sign(key);
  const response = { ...made.response, attestationObject: packed(authData, signature, der) };
  const attested = { ...made, response };
  // sound: the library alone would take it, once it had fetched what the certificate may name
  const { verified } = await verifyRegistrationResponse({
    response: { ...attested, clientExtensionResults: {} },
    expectedChallenge: asked.challenge,
    expectedOrigin: asked.origin,
    expectedRPID: asked.host,
  });
  expect(verified).toBe(true);
  expect(await passkeyOf(made, asked)).not.toBeNull();
  expect(await passkeyOf(attested, asked)).toBeNull();
});
