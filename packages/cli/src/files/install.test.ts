import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { moveInto } from './install.ts';
import { lastName, parseLocation, trimPath } from './location.ts';

let base = '';
const at = (...parts: readonly string[]) => join(base, ...parts);

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'insula-install-'));
  await mkdir(at('from', 'sub'), { recursive: true });
  await writeFile(at('from', 'sub', 'file'), 'new');
});

afterEach(() => rm(base, { recursive: true }));

describe('moving a tree to its place', () => {
  test('where nothing stands it is renamed there', async () => {
    await moveInto(at('from'), at('to'));
    expect(await readFile(at('to', 'sub', 'file'), 'utf8')).toBe('new');
    expect(await readdir(base)).toEqual(['to']);
  });

  test('folders are merged and files replaced', async () => {
    await mkdir(at('to', 'sub'), { recursive: true });
    await writeFile(at('to', 'sub', 'file'), 'old');
    await writeFile(at('to', 'sub', 'other'), 'kept');
    await moveInto(at('from'), at('to'));
    expect(await readFile(at('to', 'sub', 'file'), 'utf8')).toBe('new');
    expect(await readFile(at('to', 'sub', 'other'), 'utf8')).toBe('kept');
  });

  test('a link below the target is replaced as a file and never followed as a folder', async () => {
    await mkdir(at('outside'));
    await mkdir(at('to'));
    await symlink(at('outside'), at('to', 'sub'));
    await expect(moveInto(at('from'), at('to'))).rejects.toThrow('in the way');
    expect(await readdir(at('outside'))).toEqual([]);

    await rm(at('to', 'sub'));
    await mkdir(at('to', 'sub'));
    await writeFile(at('outside', 'victim'), 'untouched');
    await symlink(at('outside', 'victim'), at('to', 'sub', 'file'));
    await moveInto(at('from'), at('to'));
    expect((await lstat(at('to', 'sub', 'file'))).isFile()).toBe(true);
    expect(await readFile(at('outside', 'victim'), 'utf8')).toBe('untouched');
  });

  test('a file does not take the place of a folder', async () => {
    await writeFile(at('plain'), 'x');
    await expect(moveInto(at('plain'), at('from'))).rejects.toThrow('is a folder');
  });

  test('a link comes as a link', async () => {
    await symlink('nowhere', at('link'));
    await moveInto(at('link'), at('to'));
    expect(await readlink(at('to'))).toBe('nowhere');
  });
});

describe('the sides of a copy', () => {
  test('a VE, a local path and a stream are told apart', () => {
    expect(parseLocation('web1:/etc/hosts')).toEqual({ kind: 've', ve: 'web1', path: '/etc/hosts' });
    expect(parseLocation('101:etc')).toEqual({ kind: 've', ve: '101', path: '/etc' });
    expect(parseLocation('./web1:/etc')).toEqual({ kind: 'local', path: './web1:/etc' });
    expect(parseLocation('/a:b')).toEqual({ kind: 'local', path: '/a:b' });
    expect(parseLocation('-')).toEqual({ kind: 'stream' });
  });

  test('the last name and a closing dot are found', () => {
    expect(lastName('/a/b/')).toEqual({ name: 'b', contentOnly: false });
    expect(lastName('/a/b/.')).toEqual({ name: 'b', contentOnly: true });
    expect(lastName('.')).toEqual({ name: '', contentOnly: true });
    expect(lastName('/')).toEqual({ name: '', contentOnly: true });
    expect(['/a/b/', '/a/b/.', '/', '.', './', 'a//', '..', 'a.'].map(trimPath)).toEqual([
      '/a/b',
      '/a/b',
      '/',
      '.',
      '.',
      'a',
      '..',
      'a.',
    ]);
  });
});
