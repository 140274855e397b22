import { type OperationDefinition, querySchemaOf } from '@insula/contract';
import fc, { type Arbitrary } from 'fast-check';
import { broken, fitting, junk } from './schema-arbitraries.ts';

/** A request that a call of the table may be asked with. */
export interface Call {
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
  const query = querySchemaOf(row);
  const free = query === undefined ? fc.constant({}) : fc.oneof(fitting(query), broken(query));
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

function bodyOf({
  kind,
  method,
  body,
  contentType = '',
}: OperationDefinition): Arbitrary<Pick<Call, 'body' | 'headers'>> {
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
    const stream = { 'content-type': contentType };
    return fc.oneof(
      none,
      odd,
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => ({ body: bytes, headers: stream })),
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

/** Requests for a row, sound and broken; what would do more than answer is asked for a dry run. */
export function callsOf(row: OperationDefinition): Arbitrary<Call> {
  const holes = row.path.match(/\{\w+\}/g) ?? [];
  const path = fc
    .tuple(...holes.map(() => segment))
    .map((segments) => segments.reduce((text, part) => text.replace(/\{\w+\}/, () => part), row.path));
  return fc
    .tuple(path, queryOf(row), bodyOf(row))
    .map(([where, query, rest]) => ({ path: query === '' ? where : `${where}?${query}`, ...rest }));
}
