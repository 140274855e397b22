import { DatabaseSync } from 'node:sqlite';
import { fault } from '@insula/contract';
import { CommandFailed, SystemError } from '@insula/host';
import { expect, test } from 'vitest';
import { codeError } from './code-error.ts';

test('an error of the catalogue stays what it is', () => {
  const error = fault('busy');
  expect(codeError(error)).toBe(error);
});

test('a tool that failed is named, with what it said', () => {
  const failed = new CommandFailed({
    argv: ['nft', '-f', '-'],
    exitCode: 1,
    signal: null,
    stdout: '',
    stderr: 'syntax error\n',
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: false,
  });
  expect(codeError(failed)).toMatchObject({ code: 'tool_failed', details: { tool: 'nft' }, cause: failed });
  expect(codeError(failed).message).toContain('syntax error');
});

test.each(['ENOSPC', 'EDQUOT'])('%s is a lack of space, wherever it comes from', (code) => {
  const system = new SystemError({ code, errno: 28, syscall: 'write', path: '/pool/x' });
  expect(codeError(system)).toMatchObject({ code: 'no_space', details: { path: '/pool/x' } });
  expect(codeError(Object.assign(new Error('x'), { code }))).toMatchObject({ code: 'no_space' });
});

test('a database that is full is a lack of space', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (x)');
  let error: unknown;
  try {
    database.exec('INSERT INTO t VALUES (zeroblob(1000000))');
  } catch (failure) {
    error = failure;
  }
  expect(codeError(error)).toMatchObject({ code: 'no_space' });
});

test('a system call that failed is named', () => {
  const error = new SystemError({ code: 'EBUSY', errno: 16, syscall: 'umount2', path: '/x' });
  expect(codeError(error)).toMatchObject({
    code: 'tool_failed',
    message: 'umount2 failed: umount2 /x failed with EBUSY',
  });
});

test('everything else is a fault of our own', () => {
  for (const odd of [new TypeError('x'), 'text', null, undefined, {}])
    expect(codeError(odd).code).toBe('internal');
});
