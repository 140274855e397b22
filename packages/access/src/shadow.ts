/**
 * Schemes that are known (crypt(5)), none of them weak, with the effort that a password may cost: the file is the VE's, and whoever
 * writes it could keep the node busy for hours. yescrypt: at most 64 MiB (crypt_gensalt's cost 7; 5 is usual); SHA-crypt: at most 200,000 rounds (5,000 are usual);
 * bcrypt: at most 2^12 rounds.
 */
const yescrypt = /^\$g?y\$j(?:75|85|7T|8T|9T|AT|BT)\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}$/;
const shaCrypt = /^\$[56]\$(?:rounds=([0-9]{4,6})\$)?[^$:\n]{1,16}\$[./A-Za-z0-9]{43,86}$/;
const bcrypt = /^\$2[aby]\$(?:0[4-9]|1[0-2])\$[./A-Za-z0-9]{53}$/;
const mostRounds = 200_000;

/** What a password is compared with where there is none: the usual scheme of Debian, with its usual effort. */
export const nobodysCrypt = '$y$j9T$............$...........................................';

/**
 * The hash of root's password from the text of /etc/shadow (shadow(5)); null for an account that is locked, has expired, or has no
 * password, and for a scheme that is not known. `today`: days since 1970.
 */
export function rootHash(text: string, today: number): string | null {
  const line = text.split('\n').find((other) => other.startsWith('root:'));
  const [, hash = '', , , , , , expires = ''] = (line ?? '').split(':');
  if (/^[0-9]{1,9}$/.test(expires) && Number(expires) <= today) return null;
  return isKnown(hash) ? hash : null;
}

function isKnown(hash: string): boolean {
  if (yescrypt.test(hash) || bcrypt.test(hash)) return true;
  const match = shaCrypt.exec(hash);
  return match !== null && Number(match[1] ?? 5000) <= mostRounds;
}
