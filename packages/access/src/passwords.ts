import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** Argon2id with more than the least that OWASP asks for (19 MiB, 2 passes, 1 lane); the unit of memory is KiB. */
const cost = { memory: 32_768, passes: 3, parallelism: 1 } as const;
const tagLength = 32;
const saltLength = 16;

/**
 * A password as it is kept: `$argon2id$v=19$m=…,t=…,p=…$SALT$TAG` in the format of the PHC, so that costs can rise later without
 * anybody's password being lost.
 */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(saltLength);
  return written(nonce, await derive(password, nonce, cost));
}

/**
 * What looks like a kept password and is that of nobody. To compare a password with it takes as long as with any other: so time does not
 * say whether there is a user.
 */
export function nobodysHash(): string {
  return written(randomBytes(saltLength), randomBytes(tagLength));
}

function written(nonce: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
}

/** Whether a password is the one that was kept. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(kept);
  if (match === null) return false;
  const [, memory, passes, parallelism, salt = '', tag = ''] = match;
  const expected = Buffer.from(tag, 'base64');
  const found = await derive(password, Buffer.from(salt, 'base64'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** Whether what was kept was made with less effort than is asked for today. */
export function isOutdated(kept: string): boolean {
  const { memory, passes, parallelism } = cost;
  return !kept.startsWith(`$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`);
}

type Cost = Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism'>;

/** NFKC, so that one password is the same from every keyboard (RFC 8265 goes further, and is not needed for what people type). */
async function derive(password: string, nonce: Buffer, effort: Cost): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFKC'));
  return await new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, tagLength, ...effort }, (error, tag) => {
      if (error) reject(error);
      else resolve(tag);
    });
  });
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

const shortest = 12;

/**
 * What is wrong with a new password, null when it will do. Length is what counts (NIST SP 800-63B §3.1.1): no rules about kinds of
 * characters, but nothing that whoever guesses tries first.
 */
export function passwordProblem(password: string, user: string): string | null {
  const characters = Array.from(password.normalize('NFKC'));
  if (characters.length < shortest) return `it has fewer than ${shortest} characters`;
  if (new Set(characters).size < 5) return 'it has fewer than 5 different characters';
  const lower = password.toLowerCase();
  if (lower.includes(user.toLowerCase()) && user.length >= 4) return 'it holds the name of the user';
  const common = ['password', 'passwort', 'qwertz', 'qwerty', '123456', 'insula', 'administrator', 'letmein'];
  const rest = common.reduce((text, word) => text.replaceAll(word, ''), lower);
  if (Array.from(rest).length < shortest / 2) return 'it is made of what is guessed first';
  return null;
}
