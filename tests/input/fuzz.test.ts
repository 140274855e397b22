import {
  DryRun,
  type ErrorCode,
  errorCatalogue,
  Operation,
  type OperationDefinition,
  operationRows,
  Problem,
} from '@insula/contract';
import fc, { type Arbitrary } from 'fast-check';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuestStream, patient, useNode } from '../harness/index.ts';
import { broken, fitting, junk } from './schema-arbitraries.ts';

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

interface Call {
  readonly path: string;
  readonly body: string | Uint8Array | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Path segments that HTTP can carry, also those that no client should send. */
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('one', '101', 'busybox', 'busybox@1', '019') },
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(
    '',
    '%2e%2e',
    '%2F',
    '%00',
    '%ff',
    '%zz',
    '%',
    'a%0ab',
    'x'.repeat(300),
    '99999999999',
    '-1',
    '~',
  ),
);

/** Calls that would do more than answer are asked for a dry run; only `set` may do what it is asked. */
function queryOf(row: OperationDefinition): Arbitrary<string> {
  const always: Record<string, string> = {};
  if (row.planned === true && row.id !== 've.set') always['dryRun'] = 'true';
  const fixed = fc.constantFrom('0', '0', '1', 'x', '-1', '1e9').map((timeout): Record<string, string> => {
    return row.id === 've.wait' ? { ...always, timeout } : always;
  });
  const free = row.query === undefined ? fc.constant({}) : fc.oneof(fitting(row.query), broken(row.query));
  return fc.tuple(free, fixed).map(([some, more]) => {
    const fields = typeof some === 'object' && some !== null ? some : { [String(some).slice(0, 50)]: 'x' };
    const text = Object.entries({ ...fields, ...more }).map(
      ([name, value]) =>
        [
          name.toWellFormed(),
          (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed().slice(0, 3000),
        ] as [string, string],
    );
    return new URLSearchParams(text).toString();
  });
}

const json = { 'content-type': 'application/json' };

function bodyOf({ kind, method, body }: OperationDefinition): Arbitrary<Pick<Call, 'body' | 'headers'>> {
  const none = fc.constant({ body: undefined, headers: {} });
  if (method === 'GET') return none;
  const asJson = (values: Arbitrary<unknown>) =>
    values.map((value) => ({ body: JSON.stringify(value), headers: json }));
  const odd = fc.constantFrom<Pick<Call, 'body' | 'headers'>>(
    { body: '', headers: json },
    { body: '{"name": ', headers: json },
    { body: '{"a":1}{"b":2}', headers: json },
    { body: '{"__proto__": {"x": 1}}', headers: json },
    { body: '{"constructor": {"prototype": {"x": 1}}}', headers: json },
    { body: `${'['.repeat(20_000)}`, headers: json },
    { body: '{"name":"a","name":"b","template":"x"}', headers: json },
    { body: Buffer.from('{"name":"x"}', 'utf16le'), headers: json },
    { body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), headers: json },
    { body: '{"name":"x"}', headers: { 'content-type': 'application/json; charset=utf-16' } },
    { body: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { body: '{}', headers: { 'content-type': 'rubbish' } },
  );
  if (kind === 'upload') {
    const tar = { 'content-type': 'application/x-tar' };
    return fc.oneof(
      none,
      odd,
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => ({ body: bytes, headers: tar })),
    );
  }
  const sound = body === undefined ? none : asJson(fitting(body));
  return fc.oneof(
    { weight: 4, arbitrary: sound },
    { weight: 6, arbitrary: asJson(body === undefined ? junk : broken(body)) },
    { weight: 2, arbitrary: odd },
    { weight: 1, arbitrary: none },
  );
}

function callsOf(row: OperationDefinition): Arbitrary<Call> {
  const holes = row.path.match(/\{\w+\}/g) ?? [];
  const path = fc
    .tuple(...holes.map(() => segment))
    .map((segments) => segments.reduce((text, part) => text.replace(/\{\w+\}/, () => part), row.path));
  return fc
    .tuple(path, queryOf(row), bodyOf(row))
    .map(([where, query, rest]) => ({ path: query === '' ? where : `${where}?${query}`, ...rest }));
}

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
