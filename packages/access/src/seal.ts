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
}
