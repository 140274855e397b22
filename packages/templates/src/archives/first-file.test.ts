import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseFirst } from './first-file.ts';

const archive = (names: readonly string[], ...options: readonly string[]): Buffer => {
  const dir = mkdtempSync(join(tmpdir(), 'ins-first-'));
  try {
    writeFileSync(join(dir, 'a.json'), '{"a":1}');
    writeFileSync(join(dir, 'b.json'), '{"b":1}');
    symlinkSync('a.json', join(dir, 'link'));
    return execFileSync('tar', ['-C', dir, '-c', ...options, ...names]);
  } finally {
    rmSync(dir, { recursive: true });
  }
};

test.each(['pax', 'gnu', 'ustar'])(
  'the first file of an archive in format %s is read, whatever follows',
  (format) => {
    const bytes = archive(['a.json', 'b.json'], `--format=${format}`);
    expect(parseFirst(bytes, 'a.json', 100).toString()).toBe('{"a":1}');
    expect(parseFirst(bytes.subarray(0, 2048), 'a.json', 100).toString()).toBe('{"a":1}');
  },
);

test('an archive that begins with anything else is refused', () => {
  const refused = (bytes: Buffer, name = 'a.json', maxBytes = 100) =>
    expect(() => parseFirst(bytes, name, maxBytes)).toThrow();
  refused(archive(['b.json', 'a.json']));
  refused(archive(['link'], '--transform=s/link/a.json/'));
  refused(archive(['a.json']), 'a.json', 3);
  refused(archive(['a.json'], '--format=ustar').subarray(0, 515));
  refused(Buffer.alloc(0));
  refused(Buffer.alloc(10_240));
  refused(Buffer.alloc(10_240, 'x'));
});
