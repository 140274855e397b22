import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AuditLink, chainHash, chainStart, firstBreak } from './audit-chain.ts';

const start = { seq: 0, hash: chainStart };

function chained(texts: readonly string[]): readonly AuditLink[] {
  let hash = chainStart;
  return texts.map((text, index) => {
    hash = chainHash(hash, index + 1, text);
    return { seq: index + 1, text, hash };
  });
}

test('what was written follows, one from the other', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      expect(firstBreak(chained(texts), start)).toBeNull();
    }),
  );
});

test('whatever is changed, left out or moved shows', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 2 }), fc.nat(), fc.string(), (texts, at, other) => {
      const links = chained(texts);
      const index = at % links.length;
      const changed = links.map((link, place) => (place === index ? { ...link, text: other } : link));
      if (other !== texts[index]) expect(firstBreak(changed, start)).toBe(index + 1);
      const [left, right] = [links[index], links[(index + 1) % links.length]];
      const moved = links.map((link) =>
        link === left ? right : link === right ? left : link,
      ) as AuditLink[];
      expect(firstBreak(moved, start)).not.toBeNull();
      if (index < links.length - 1)
        expect(
          firstBreak(
            links.filter((_, place) => place !== index),
            start,
          ),
        ).toBe(index + 2);
    }),
  );
});
