import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorCatalogue } from './catalogue.ts';
import { asCodedError, CodedError, fault } from './coded-error.ts';
import { exitCodeMeanings, exitCodes } from './exit-codes.ts';
import type { Problem } from './problem.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];
const placeholdersOf = (code: ErrorCode) => {
  const { message, hint } = errorCatalogue[code];
  return [...`${message} ${hint}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
};

interface Throwing {
  readonly where: string;
  readonly code: string;
  /** Names of the details; null when they are not written out there. */
  readonly details: readonly string[] | null;
}

/** Every `fault('code', { … })` in what ships. */
function throwings(): readonly Throwing[] {
  const packages = `${import.meta.dirname}/../../..`;
  const paths = globSync('*/src/**/*.ts', { cwd: packages }).filter(
    (path) => !/\.test\.ts$|\/fake-/.test(path),
  );
  return paths.flatMap((path) => {
    const found: Throwing[] = [];
    const source = ts.createSourceFile(
      path,
      readFileSync(`${packages}/${path}`, 'utf8'),
      ts.ScriptTarget.Latest,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'fault') {
        const [code, details] = node.arguments;
        for (const text of codesIn(code)) found.push({ where: path, code: text, details: namesIn(details) });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

/** One code, or the two of a choice. */
function codesIn(code: ts.Expression | undefined): readonly string[] {
  if (code === undefined) return [];
  if (ts.isConditionalExpression(code)) return [...codesIn(code.whenTrue), ...codesIn(code.whenFalse)];
  return ts.isStringLiteral(code) ? [code.text] : [];
}

function namesIn(details: ts.Expression | undefined): readonly string[] | null {
  if (details === undefined) return [];
  if (!ts.isObjectLiteralExpression(details)) return null;
  const names = details.properties.map(({ name }) =>
    name !== undefined && ts.isIdentifier(name) ? name.text : null,
  );
  return names.includes(null) ? null : names.filter((name) => name !== null);
}

const thrown = throwings();

describe('the catalogue of errors', () => {
  test('has nothing that is never thrown', () => {
    expect(codes.filter((code) => !thrown.some((throwing) => throwing.code === code))).toEqual([]);
  });

  test('has what every thrown error needs, and every thrown error has what its row needs', () => {
    for (const { where, code, details } of thrown) {
      expect(codes, where).toContain(code);
      if (details === null) continue;
      expect(details, `${where}: ${code}`).toEqual(expect.arrayContaining(placeholdersOf(code as ErrorCode)));
    }
  });

  test('is written in the style of the house', () => {
    for (const code of codes) {
      const { message, hint, status, exit } = errorCatalogue[code];
      for (const text of [message, hint]) {
        expect(text, code).toMatch(/^[a-z{`./]|^(?:VE|CTID|VEs)\b/);
        expect(text, code).not.toMatch(/[.!]$/);
      }
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status, code).toBeLessThan(600);
      expect(Object.keys(exitCodes), code).toContain(exit);
    }
  });
});

test('messages and hints are filled from the details', () => {
  const error = fault('busy', { target: 'web1', operation: '0192', kind: 've.stop' });
  expect(error.message).toBe('web1 is held by operation 0192 (ve.stop)');
  expect(fault('protected', { ve: 'web1', operation: 'destroy' }).hint).toBe(
    'first run `insula set web1 --no-protected`',
  );
  expect(fault('unknown_field').message).toBe('unknown field {field}');
});

test('details are told as they are, even if they look like placeholders or patterns', () => {
  fc.assert(
    fc.property(fc.string(), (field) => {
      expect(fault('unknown_field', { field }).message).toBe(`unknown field ${field}`);
    }),
  );
  expect(fault('invalid_input', { field: '{problem}', problem: '$&' }).message).toBe('{problem}: $&');
});

test('an error comes back from its problem as it went', () => {
  for (const code of codes) {
    const details = Object.fromEntries(placeholdersOf(code).map((name) => [name, `the ${name}`]));
    const error = fault(code, details);
    const problem = JSON.parse(JSON.stringify(error.toProblem())) as Problem;
    const { message, hint, exitCode } = error;
    expect(CodedError.fromProblem(problem)).toMatchObject({ code, message, hint, exitCode });
  }
});

test('an error of a newer daemon is told in its words', () => {
  const problem = { ...fault('busy').toProblem(), code: 'tired', detail: 'it is too late' };
  expect(CodedError.fromProblem(problem)).toMatchObject({
    code: 'internal',
    message: 'a fault of insula itself: it is too late',
  });
});

test('a code that is no own key of the catalogue is unknown', () => {
  const problem = { ...fault('busy').toProblem(), code: 'constructor', detail: 'x' };
  expect(CodedError.fromProblem(problem).code).toBe('internal');
});

test('whatever is thrown becomes an error of the catalogue', () => {
  const coded = fault('busy');
  expect(asCodedError(coded)).toBe(coded);
  expect(asCodedError(new TypeError('x')).message).toBe('a fault of insula itself: x');
  expect(asCodedError('text').message).toBe('a fault of insula itself: text');
  expect(asCodedError(undefined).code).toBe('internal');
});

test('every class of outcome has an exit code of its own and a meaning', () => {
  expect(new Set(Object.values(exitCodes)).size).toBe(Object.keys(exitCodes).length);
  expect(Object.keys(exitCodeMeanings)).toEqual(Object.keys(exitCodes));
});
