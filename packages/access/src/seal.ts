import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/**
 * Has somebody else keep what only this process may read and write, for a while: nothing has to be remembered for those who never come
 * back. The key ends with the process.
 */
export class Seal<Content> {
  readonly #key = randomBytes(32);
  readonly #lifetime: number;
  /** What was spent, by its nonce, and when nobody has to know that any more; in this order. */
  readonly #spent = new Map<string, number>();

  /** `lifetime`: milliseconds */
  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  close(content: Content, now: number): string {
    const iv = randomBytes(ivBytes);
    const closing = createCipheriv(cipher, this.#key, iv);
    const text = JSON.stringify({ content, until: now + this.#lifetime });
    const sealed = Buffer.concat([closing.update(text), closing.final()]);
    return Buffer.concat([iv, closing.getAuthTag(), sealed]).toString('base64url');
  }

  /** null for what was not closed here, was changed, or is too old. */
  open(sealed: string, now: number): Content | null {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < ivBytes + tagBytes) return null;
    try {
      const opening = createDecipheriv(cipher, this.#key, bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      });
      opening.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      const text = Buffer.concat([opening.update(bytes.subarray(ivBytes + tagBytes)), opening.final()]);
      const { content, until } = JSON.parse(text.toString()) as {
        readonly content: Content;
        readonly until: number;
      };
      return now <= until ? content : null;
    } catch {
      return null;
    }
  }

  /** As `open`, but each counts once, whatever comes of it. */
  spend(sealed: string, now: number): Content | null {
    const content = this.open(sealed, now);
    if (content === null) return null;
    for (const [nonce, until] of this.#spent) {
      if (until >= now) break;
      this.#spent.delete(nonce);
    }
    // other spellings of the same bytes hold the same nonce
    const nonce = Buffer.from(sealed, 'base64url').subarray(0, ivBytes).toString('hex');
    if (this.#spent.has(nonce)) return null;
    this.#spent.set(nonce, now + this.#lifetime);
    return content;
  }
}
