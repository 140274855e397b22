import { TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { hashPassword, isOutdated, isPassword, nobodysHash, passwordProblem } from './passwords.ts';
import { digestOf, newSecret } from './secrets.ts';
import { Throttle } from './throttle.ts';
import { newTotp, totpStep } from './totp.ts';
import { closedWalls, openings } from './walls.ts';

describe('a password', () => {
  test('is kept as Argon2id, each time with another salt, and known again', async () => {
    const kept = await hashPassword('correct horse battery');
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=32768,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(kept).not.toBe(await hashPassword('correct horse battery'));
    expect(await isPassword('correct horse battery', kept)).toBe(true);
    expect(await isPassword('correct horse batterY', kept)).toBe(false);
    expect(isOutdated(kept)).toBe(false);
  });

  test('of nobody is compared with the same effort as that of anybody', async () => {
    const effort = (kept: string) => kept.split('$').slice(0, 4);
    expect(effort(nobodysHash())).toEqual(effort(await hashPassword('correct horse battery')));
    expect(await isPassword('correct horse battery', nobodysHash())).toBe(false);
  });

  test('is one password however an accent is typed', async () => {
    expect(await isPassword('caf\u00e9 au lait', await hashPassword('cafe\u0301 au lait'))).toBe(true);
  });

  test('that another program has kept with less effort is known, and to be kept anew', async () => {
    // argon2 reference program: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1
    const kept = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await isPassword('password', kept)).toBe(true);
    expect(isOutdated(kept)).toBe(true);
  });

  test.each(['', 'plain', '$argon2id$v=19$m=1$x', '$2b$10$abcdefghijklmnopqrstuv'])(
    'is not known by what is no hash: %j',
    async (kept) => expect(await isPassword('password', kept)).toBe(false),
  );

  test.each([
    ['short one', 'alice'],
    ['aaaaaaaaaaaaaaaa', 'alice'],
    ['AliceAliceAlice7', 'alice'],
    ['password12345678', 'alice'],
  ])('is refused when it is guessed first: %s', (password, user) => {
    expect(passwordProblem(password, user)).toMatch(/^it /);
  });

  test('is taken when it is long', () => {
    expect(passwordProblem('correct horse battery', 'alice')).toBeNull();
    expect(passwordProblem('ünïcödé wörds här', 'bo')).toBeNull();
  });
});

test('a secret is long, never the same, and kept as a digest alone', () => {
  const secret = newSecret();
  expect(secret).toMatch(/^insula_[A-Za-z0-9_-]{43}$/);
  expect(secret).not.toBe(newSecret());
  expect(digestOf(secret)).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOf(secret)).not.toContain(secret.slice(7));
});

describe('a one-time code', () => {
  // RFC 6238, appendix B: the secret is 12345678901234567890
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

  test('is the one of the standard', () => {
    expect(totpStep(secret, '287082', 59_000, 0)).toBe(1);
    expect(totpStep(secret, '081804', 1_111_111_109_000, 0)).toBe(37_037_036);
  });

  test('is taken once, from a clock that is a little off, and not when it is long gone', () => {
    expect(totpStep(secret, '287082', 59_000, 1)).toBeNull();
    expect(totpStep(secret, '287082', 75_000, 0)).toBe(1);
    expect(totpStep(secret, '287082', 150_000, 0)).toBeNull();
    expect(totpStep(secret, '000000', 59_000, 0)).toBeNull();
  });

  test('comes from a new secret that an app can read', () => {
    const totp = newTotp('alice');
    expect(totp.uri).toMatch(/^otpauth:\/\/totp\/Insula:alice\?/);
    const code = new TOTP({ secret: totp.secret }).generate();
    expect(totpStep(totp.secret, code, Date.now(), 0)).not.toBeNull();
  });
});

describe('who guesses', () => {
  const fail = (throttle: Throttle, times: number, name: string, place: string, now = 0) => {
    for (let count = 0; count < times; count += 1) throttle.failed(name, place, now);
  };

  test('is slowed down more and more, whether there is such a user or not', () => {
    const throttle = new Throttle();
    fail(throttle, 4, 'alice', '192.0.2.1');
    expect(throttle.wait('alice', '192.0.2.1', 0)).toBe(0);
    fail(throttle, 1, 'alice', '192.0.2.1');
    expect(throttle.wait('alice', '192.0.2.1', 0)).toBe(2_000);
    fail(throttle, 3, 'alice', '192.0.2.1');
    expect(throttle.wait('alice', '192.0.2.1', 0)).toBe(16_000);
    fail(throttle, 40, 'alice', '192.0.2.1');
    expect(throttle.wait('alice', '192.0.2.1', 0)).toBe(900_000);
    expect(throttle.wait('alice', '192.0.2.1', 3_600_001)).toBe(0);
  });

  test('does not easily shut out the user elsewhere', () => {
    const throttle = new Throttle();
    fail(throttle, 20, 'alice', '192.0.2.1');
    expect(throttle.wait('alice', '198.51.100.1', 0)).toBe(0);
    fail(throttle, 40, 'alice', '192.0.2.1');
    expect(throttle.wait('alice', '198.51.100.1', 0)).toBeGreaterThan(0);
  });

  test('with many names from one network is slowed down, too', () => {
    const throttle = new Throttle();
    for (let index = 0; index < 31; index += 1) throttle.failed(`user${index}`, `2001:db8:1:2::${index}`, 0);
    expect(throttle.wait('another', '2001:db8:1:2:ffff::1', 0)).toBeGreaterThan(0);
    expect(throttle.wait('another', '2001:db8:1:3::1', 0)).toBe(0);
  });

  test('and then knows it is forgiven, but not for others behind the same address', () => {
    const throttle = new Throttle();
    fail(throttle, 31, 'mallory', '192.0.2.1');
    throttle.failed('alice', '192.0.2.1', 0);
    throttle.succeeded('alice', '192.0.2.1');
    expect(throttle.wait('mallory', '192.0.2.1', 0)).toBeGreaterThan(0);
  });

  test('cannot fill the memory', () => {
    const throttle = new Throttle();
    fail(throttle, 10, 'alice', '192.0.2.1');
    for (let index = 0; index < 30_000; index += 1)
      throttle.failed(`u${index}`, `10.0.${index >> 8}.${index & 255}`, 0);
    expect(throttle.wait('alice', '192.0.2.1', 0)).toBe(0);
  });
});

describe('walls', () => {
  test('that are as closed as before are not opened', () => {
    expect(openings(closedWalls, closedWalls)).toEqual([]);
    const open = { ...closedWalls, features: ['nesting' as const], apiAccess: true };
    expect(openings(open, closedWalls)).toEqual([]);
  });

  test('are opened by features, capabilities that come or are no more dropped, ports and access', () => {
    const dropped = { ...closedWalls, capabilities: { add: [], drop: ['CAP_NET_RAW' as const] } };
    expect(openings(dropped, closedWalls)).toEqual(['capability CAP_NET_RAW']);
    expect(
      openings(closedWalls, {
        features: ['tun'],
        capabilities: { add: ['CAP_SYSLOG'], drop: [] },
        forwards: ['tcp:80'],
        apiAccess: true,
      }),
    ).toEqual(['feature tun', 'capability CAP_SYSLOG', 'forward tcp:80', 'access to the API']);
  });
});
