import { Secret, TOTP } from 'otpauth';

const issuer = 'Insula';

const totpOf = (secret: string, label: string) =>
  new TOTP({ issuer, label, secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 });

/** A new secret of one-time codes, 160 bits in base32, and the address that an app reads it from. */
export function newTotp(label: string): { readonly secret: string; readonly uri: string } {
  const secret = new Secret({ size: 20 }).base32;
  return { secret, uri: totpOf(secret, label).toString() };
}

/**
 * The step of time (30 s) that a code belongs to, null for a wrong one. One step of difference between clocks is forgiven. The same
 * or an earlier step must not be taken again: who looks over a shoulder would use the code a second time (RFC 6238 §5.2).
 */
export function totpStep(secret: string, code: string, now: number, lastStep: number): number | null {
  const delta = totpOf(secret, '').validate({ token: code, timestamp: now, window: 1 });
  if (delta === null) return null;
  const step = Math.floor(now / 30_000) + delta;
  return step > lastStep ? step : null;
}
