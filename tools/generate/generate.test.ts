import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commands, commonOptions } from '../../packages/cli/src/index.ts';
import {
  errorCatalogue,
  exitCodes,
  operationRows,
  parameterTable,
} from '../../packages/contract/src/index.ts';
import { generatedFiles } from './files.ts';
import { anchor, code, table } from './markdown.ts';
import { bold, quoted, roff, roffProse } from './roff.ts';

const { files } = generatedFiles({ version: '1.2.3' });
const file = (path: string) => {
  const text = files.get(path);
  if (text === undefined) throw new Error(`${path} is not generated`);
  return text;
};
const rowsOf = (path: string) => [...file(path).matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);

describe('the reference', () => {
  test('has every error code of the catalogue once, and no other', () => {
    expect(rowsOf('docs/reference/errors.md')).toEqual(Object.keys(errorCatalogue));
  });

  test('has every exit code of the catalogue, and 130 of the shell', () => {
    const codes = [...file('docs/reference/exit-codes.md').matchAll(/^\| (\d+) \|/gm)].map(([, found]) =>
      Number(found),
    );
    expect(codes).toEqual([...Object.values(exitCodes), 130]);
  });

  test('has every parameter', () => {
    for (const { name } of parameterTable) expect(rowsOf('docs/reference/parameters.md')).toContain(name);
  });

  test('has every call and every command with all of its options', () => {
    for (const { id } of operationRows) expect(file('docs/reference/api.md')).toContain(`\n## ${id}\n`);
    for (const { verb, options } of commands) {
      const page = file('docs/reference/commands.md');
      expect(page).toContain(`\n## insula ${verb.join(' ')}\n`);
      for (const { flag } of [...options, ...commonOptions]) expect(page).toContain(`\`--${flag}`);
    }
  });

  test('links only to headings that are there', () => {
    for (const [path, text] of files) {
      if (!path.endsWith('.md')) continue;
      for (const [, page = '', fragment = ''] of text.matchAll(/\]\(([a-z-]+\.md)?#([^)]+)\)/g)) {
        const target = page === '' ? text : file(`docs/reference/${page}`);
        const anchors = [...target.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading));
        expect(anchors).toContain(fragment);
      }
    }
  });
});

describe('manual pages', () => {
  test('there is one for each command, and one for all', () => {
    const names = commands.map(({ verb }) => `man/insula-${verb.join('-')}.1`);
    expect([...files.keys()].filter((path) => path.startsWith('man/')).sort()).toEqual(
      ['man/insula.1', ...names].sort(),
    );
  });

  test('no line begins with a request that is none of ours', () => {
    for (const [path, text] of files) {
      if (!path.startsWith('man/')) continue;
      for (const line of text.split('\n')) {
        if (/^[.']/.test(line)) expect(line).toMatch(/^\.(?:\\"|TH|SH|SS|TP)(?: |$)/);
      }
    }
  });

  test('groff finds nothing to complain about', (context) => {
    try {
      execFileSync('groff', ['--version'], { stdio: 'ignore' });
    } catch {
      context.skip();
    }
    const pages = [...files].filter(([path]) => path.startsWith('man/')).map(([, text]) => text);
    const output = execFileSync('sh', ['-c', 'groff -man -ww -Tutf8 -k -z 2>&1'], {
      input: pages.join(''),
      encoding: 'utf8',
    });
    expect(output).toBe('');
  });
});

describe('escaping', () => {
  test('roff text has no requests, no escapes of its own and no hyphens', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const escaped = roff(text);
        expect(escaped).not.toMatch(/^[.'\n]/);
        expect(escaped.replaceAll(/\\(?:e|-|&|\([a-z]{2})/g, '')).not.toMatch(/[\\-]/);
      }),
    );
    expect(roff('.SH a\\b\n.x --all')).toBe('\\&.SH a\\eb .x \\-\\-all');
  });

  test('what is to be typed is bold', () => {
    expect(roffProse('use `--all` now')).toBe('use \\fB\\-\\-all\\fR now');
    expect(bold('')).toBe('');
    expect(quoted('a "b"')).toBe('"a \\(dqb\\(dq"');
  });

  test('a cell of a Markdown table stays in its cell', () => {
    const text = table(['a', 'b'], [[code('x|y'), 'z']]);
    expect(text.split('\n')[2]).toBe('| `x\\|y` | z |');
  });
});
