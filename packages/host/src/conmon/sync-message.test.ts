import { expect, test } from 'vitest';
import { parseSyncMessage } from './sync-message.ts';

test('a created container has a pid, in either API version', () => {
  expect(parseSyncMessage('{"data": 42}')).toEqual({ pid: 42, problem: null });
  expect(parseSyncMessage('{"pid": 42}')).toEqual({ pid: 42, problem: null });
});

test('a refused container has the words of runc', () => {
  expect(parseSyncMessage('{"data": -1, "message": "runc create failed: \\"x\\"\\n"}')).toEqual({
    pid: null,
    problem: 'runc create failed: "x"\n',
  });
  expect(parseSyncMessage('{"data": -1}')).toEqual({ pid: null, problem: '{"data": -1}' });
});

test('what is no message is a problem in itself', () => {
  expect(parseSyncMessage('')).toEqual({ pid: null, problem: null });
  expect(parseSyncMessage('half {')).toEqual({ pid: null, problem: 'half {' });
  expect(parseSyncMessage('7')).toEqual({ pid: null, problem: '7' });
});
