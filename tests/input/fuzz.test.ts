import {
  DryRun,
  type ErrorCode,
  errorCatalogue,
  Operation,
  type OperationDefinition,
  operationRows,
  Problem,
} from '@insula/contract';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuestStream, patient, useNode } from '../harness/index.ts';
import { type Call, callsOf } from './call-arbitraries.ts';
import { junk } from './schema-arbitraries.ts';

/* Every call of the operation table with inputs made from its schemas, sound and broken, against one node with one stopped VE. */

const node = useNode({ templates: ['busybox'] });

beforeAll(async () => {
  await node.create({ name: 'one', template: 'busybox' });
});

/** What any call may answer before it looks at its input. */
const general: readonly ErrorCode[] = [
  'invalid_input',
  'unknown_field',
  'invalid_parameter',
  'malformed_request',
  'unsupported_media_type',
  'body_too_large',
  'no_such_route',
];

/** Failures of the node, not of the caller, that a catalogue of errors is honest about. */
const honest = new Set([501, 504, 507]);

const isProblem = Compile(Problem);
const isOperation = Compile(Operation);
const isDryRun = Compile(DryRun);

async function send({ method, kind }: OperationDefinition, { path, body, headers }: Call) {
  // without it Node sends the body of a DELETE as if it were another request
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const response = await node.api.open(method, path, body, { headers: { ...headers, ...length } });
  const status = response.statusCode ?? 0;
  const type = response.headers['content-type'] ?? '';
  if (status < 400 && (kind === 'events' || kind === 'download')) {
    response.destroy();
    return { status, type, answer: undefined };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status, type, answer: type.includes('json') ? (JSON.parse(text) as unknown) : text };
}

function expectKnownError(row: OperationDefinition, status: number, type: string, answer: unknown): void {
  expect(type).toContain('application/problem+json');
  if (!isProblem.Check(answer)) throw new Error(`no problem: ${JSON.stringify(answer)}`);
  expect(Object.keys(errorCatalogue)).toContain(answer.code);
  expect(errorCatalogue[answer.code as ErrorCode].status).toBe(status);
  expect([...row.errors, ...general]).toContain(answer.code);
  expect(answer.detail).not.toMatch(/\{\w+\}|undefined|\[object/);
  if (status >= 500)
    expect({ detail: answer.detail, honest: honest.has(status) }).toMatchObject({ honest: true });
}

const rows = operationRows.map((row) => [row.id, row] as const);

describe('whatever it is asked', () => {
  test.each(rows)('%s answers as it promises', { timeout: patient(30_000) }, async (_id, row) => {
    const isResult = Compile(row.result);
    await fc.assert(
      fc.asyncProperty(callsOf(row), async (call) => {
        const { status, type, answer } = await send(row, call);
        if (status >= 400) return expectKnownError(row, status, type, answer);
        if (answer === undefined) return;
        const check = row.kind !== 'change' ? isResult : status === 202 ? isOperation : isDryRun;
        if (!check.Check(answer)) {
          const [problem] = check.Errors(answer);
          throw new Error(`${status} with what its schema does not allow: ${JSON.stringify(problem)}`);
        }
      }),
      { numRuns: 60, plugins: [fc.interruptAfterTimeLimit(5000)] },
    );
  });
});

describe('whatever a stream begins with', () => {
  test.each(['exec', 'console'])('%s ends with a known error', { timeout: patient(30_000) }, async (name) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          junk.map((value) => JSON.stringify(value)).filter(({ length }) => length < 20_000),
          fc.string({ unit: 'binary' }),
        ),
        async (first) => {
          const stream = await GuestStream.open(
            node.paths.socket,
            `/v1/ves/one/${name}`,
            first.toWellFormed(),
          );
          const end = await stream.closed;
          expect(end).toMatchObject({ kind: 'error' });
          if (end?.kind !== 'error') return;
          expect(Object.keys(errorCatalogue)).toContain((end.problem as Problem).code);
          expect((end.problem as Problem).status).toBeLessThan(500);
        },
      ),
      { numRuns: 40, plugins: [fc.interruptAfterTimeLimit(5000)] },
    );
  });
});

afterAll(async () => {
  expect(await node.api.call('GET', '/v1/node')).toMatchObject({ status: 200 });
  const faults = node
    .log()
    .split('\n')
    .filter((line) => line.includes('"code":"internal"'));
  expect(faults).toEqual([]);
});
