import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { LinuxCrypt } from '../src/crypt/linux-crypt.ts';

const crypt = new LinuxCrypt();

/** openssl has SHA-crypt of its own. */
const hashOf = (scheme: '-5' | '-6', password: string) =>
  execFileSync('openssl', ['passwd', scheme, '-salt', 'saltsalt', password], { encoding: 'utf8' }).trim();

test('a password is known by its hash, and no other', async () => {
  for (const scheme of ['-5', '-6'] as const) {
    const kept = hashOf(scheme, 'correct horse');
    expect(await crypt.hash('correct horse', kept)).toBe(kept);
    expect(await crypt.hash('correct horsf', kept)).not.toBe(kept);
  }
  const yescrypt = await crypt.hash('correct horse', '$y$j9T$saltsaltsalt');
  expect(yescrypt).toMatch(/^\$y\$j9T\$saltsaltsalt\$[./A-Za-z0-9]{43}$/);
  expect(await crypt.hash('correct horse', yescrypt ?? '')).toBe(yescrypt);
});

test('what would be cut off or is unknown is not hashed', async () => {
  const kept = hashOf('-6', 'abc');
  expect(await crypt.hash('abc\0def', kept)).toBeNull();
  expect(await crypt.hash('x'.repeat(600), kept)).toBeNull();
  expect(await crypt.hash('abc', '$nothing$')).not.toBe('$nothing$');
});

test('the event loop goes on meanwhile', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 5);
  await crypt.hash('abc', '$6$rounds=200000$saltsalt$');
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});
