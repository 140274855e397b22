import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { RootRules } from './root-rules.ts';
import { TarGuard } from './tar-guard.ts';
import type { TarEntry } from './tar-header.ts';

const limits = { maxNames: 1000, maxBytes: 1_000_000 };

async function through(archive: Buffer, judge = new RootRules(limits).judge, chunk = 700): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < archive.length; at += chunk) pieces.push(archive.subarray(at, at + chunk));
  const out: Buffer[] = [];
  for await (const bytes of Readable.from(pieces).pipe(new TarGuard(judge))) out.push(bytes as Buffer);
  return Buffer.concat(out);
}

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

async function archiveOf(...entries: readonly Entry[]): Promise<Buffer> {
  const stream = pack();
  for (const { content = '', ...header } of entries) stream.entry(header as Header, content);
  stream.finalize();
  const chunks: Buffer[] = [];
  for await (const bytes of stream) chunks.push(bytes as Buffer);
  return Buffer.concat(chunks);
}

async function refusal(...entries: readonly Entry[]): Promise<string> {
  try {
    await through(await archiveOf(...entries));
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
}

const names = (archive: Buffer) =>
  execFileSync('tar', ['-t', '--quoting-style=literal'], { input: archive, encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '');

describe('an archive of a root file system', () => {
  it('is refused when a path is absolute or leads outside', async () => {
    expect(await refusal({ name: '/etc/passwd' })).toContain('absolute');
    expect(await refusal({ name: '../x' })).toContain('outside');
    expect(await refusal({ name: 'a/../../x' })).toContain('outside');
    expect(await refusal({ name: 'x'.repeat(300) })).toContain('longer');
  });

  it('is refused when a file comes through a link, also one of many steps', async () => {
    const link = { name: 'a', type: 'symlink', linkname: '/etc' } as const;
    expect(await refusal(link, { name: 'a/passwd' })).toContain('through a symlink');
    expect(await refusal(link, { name: 'a/b/c/d' })).toContain('through a symlink');
    expect(await refusal({ name: 'f', content: 'x' }, { name: 'f/g' })).toContain('through a file');
  });

  it('is refused when a hard link leads to what is not in it', async () => {
    expect(await refusal({ name: 'h', type: 'link', linkname: '/etc/shadow' })).toContain('absolute');
    expect(await refusal({ name: 'h', type: 'link', linkname: '../shadow' })).toContain('outside');
    expect(await refusal({ name: 'h', type: 'link', linkname: 'etc/shadow' })).toContain(
      'not in the archive',
    );
    const link = { name: 'a', type: 'symlink', linkname: '/etc' } as const;
    expect(await refusal(link, { name: 'h', type: 'link', linkname: 'a/shadow' })).toContain('through');
    expect(await refusal({ name: 'f', content: 'x' }, { name: 'h', type: 'link', linkname: './f' })).toBe(
      'accepted',
    );
  });

  it('loses its device nodes', async () => {
    const rules = new RootRules(limits);
    const archive = await archiveOf(
      { name: 'dev/', type: 'directory' },
      { name: 'dev/sda', type: 'block-device', devmajor: 8, devminor: 0 },
      { name: 'dev/mem', type: 'character-device', devmajor: 1, devminor: 1 },
      { name: 'kept', content: 'x' },
    );
    expect(names(await through(archive, rules.judge))).toEqual(['dev/', 'kept']);
    expect(rules.devices).toBe(2);
  });

  it('is refused when it has too many names or bytes', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => ({ name: `f${index}` }));
    expect(await refusal(...many)).toContain('more than 1000 names');
    expect(await refusal({ name: 'big', content: 'x'.repeat(1_000_001) })).toContain(
      'more than 1000000 bytes',
    );
  });

  it('may have names with line breaks, leading dashes and other letters', async () => {
    const odd = ['-rf', 'a\nb', '--checkpoint-action=exec=sh', 'größe', ' '];
    expect(await refusal(...odd.map((name) => ({ name, content: 'x' })))).toBe('accepted');
  });

  it('is refused when it is cut off, or when a header is damaged', async () => {
    const archive = await archiveOf({ name: 'a', content: 'x'.repeat(2000) });
    await expect(through(archive.subarray(0, 1500))).rejects.toThrow('cut off');
    const damaged = Buffer.from(archive);
    damaged[0] = 0x62;
    await expect(through(damaged)).rejects.toThrow('damaged');
    await expect(through(Buffer.alloc(512, 'x'))).rejects.toThrow('none');
  });

  it('cannot rename an entry behind the back of the rules', async () => {
    const pax = (path: string) => ({ name: 'harmless', pax: { path } });
    expect(await refusal(pax('../../etc/passwd'))).toContain('outside');
    expect(await refusal({ name: `${'a/'.repeat(120)}../../x` })).toContain('outside');
  });

  it('ends where it says so: what follows is never seen', async () => {
    const archive = await archiveOf({ name: 'a' });
    const more = await archiveOf({ name: '/etc/passwd' });
    expect(names(await through(Buffer.concat([archive, more])))).toEqual(['a']);
  });
});

describe('a layer over another one', () => {
  const over = async (lower: readonly Entry[], upper: readonly Entry[]): Promise<readonly string[]> => {
    const rules = new RootRules(limits);
    await through(await archiveOf(...lower), rules.judgeLayer);
    const removals = new Set<string>();
    expect(names(await through(await archiveOf(...upper), rules.lookForRemovals(removals)))).toEqual([]);
    return [...removals].sort();
  };
  const folder = (name: string) => ({ name: `${name}/`, type: 'directory' }) as const;

  it('takes away what its whiteouts name, and what gets another kind', async () => {
    const lower = [folder('a'), { name: 'a/b' }, { name: 'a/c' }, folder('d'), { name: 'd/e' }];
    expect(await over(lower, [{ name: 'a/.wh.b' }, { name: 'a/.wh.never' }])).toEqual(['a/b']);
    expect(await over(lower, [{ name: 'a/.wh..wh..opq' }])).toEqual(['a/b', 'a/c']);
    expect(await over(lower, [{ name: 'd', type: 'symlink', linkname: 'a' }])).toEqual(['d']);
    expect(await over(lower, [folder('d')])).toEqual([]);
  });

  it('cannot take away what lies behind a link', async () => {
    const lower = [{ name: 'a', type: 'symlink', linkname: '/etc' } as const];
    await expect(over(lower, [{ name: 'a/.wh.passwd' }])).rejects.toThrow('through a symlink');
    await expect(over(lower, [{ name: 'a/.wh..wh..opq' }])).rejects.toThrow('through a symlink');
    await expect(over(lower, [{ name: 'x/.wh...' }])).rejects.toThrow('whiteout of nothing');
  });

  it('keeps its whiteouts to itself', async () => {
    const rules = new RootRules(limits);
    const archive = await archiveOf({ name: 'a/.wh.b' }, { name: 'a/c' });
    expect(names(await through(archive, rules.judgeLayer))).toEqual(['a/c']);
  });
});

describe('what GNU tar writes', () => {
  it.each(['gnu', 'pax', 'ustar'])('comes through byte for byte in the format %s', async (format) => {
    const dir = mkdtempSync(join(tmpdir(), 'insula-guard-'));
    try {
      mkdirSync(join(dir, 'in/etc'), { recursive: true });
      writeFileSync(join(dir, 'in/etc/file'), 'x'.repeat(5000));
      if (format !== 'ustar') writeFileSync(join(dir, `in/${'long'.repeat(40)}`), 'x');
      symlinkSync('/elsewhere', join(dir, 'in/link'));
      execFileSync('ln', [join(dir, 'in/etc/file'), join(dir, 'in/etc/twin')]);
      execFileSync('truncate', ['--size', '900K', join(dir, 'in/sparse')]);
      const sparse = format === 'ustar' ? [] : ['--sparse'];
      const archive = execFileSync(
        'tar',
        ['-c', `--format=${format}`, ...sparse, '-C', join(dir, 'in'), '.'],
        {
          maxBuffer: 1e8,
        },
      );
      const seen: TarEntry[] = [];
      const { judge } = new RootRules({ maxNames: 100, maxBytes: 1e7 });
      const out = await through(archive, (entry) => {
        seen.push(entry);
        return judge(entry);
      });
      expect(archive.subarray(0, out.length).equals(out)).toBe(true);
      expect(names(out)).toEqual(names(archive));
      expect(seen.find(({ path }) => path.endsWith('sparse'))?.bytes).toBe(900 * 1024);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('any bytes', () => {
  it('are passed on, or refused, but never crash the guard', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 900 }),
        async (bytes, chunk) => {
          await through(Buffer.from(bytes), undefined, chunk).catch((error: unknown) => {
            expect((error as Error).constructor.name).toBe('BadArchive');
          });
        },
      ),
    );
  });

  it('of an archive may come in pieces of any size', async () => {
    const archive = await archiveOf(
      { name: `${'d'.repeat(90)}/${'f'.repeat(120)}`, content: 'xyz' },
      { name: 'b' },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), async (chunk) => {
        expect(names(await through(archive, undefined, chunk))).toHaveLength(2);
      }),
      { numRuns: 20 },
    );
  });
});
