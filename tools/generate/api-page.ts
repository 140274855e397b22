import {
  type ErrorRow,
  errorCatalogue,
  type OperationDefinition,
  operationRows,
} from '../../packages/contract/src/index.ts';
import { anchor, code, generatedNote, page, prose, table } from './markdown.ts';
import { fieldsTable, type Schema, typeText } from './schema-text.ts';

interface Call {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
  readonly 'x-result'?: Schema;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Call>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** docs/reference/api.md, from the OpenAPI document. */
export function apiPage(openApi: unknown): string {
  const { paths, components } = openApi as Document;
  return page([
    '# API',
    generatedNote,
    'HTTP over the unix socket of `insulad` (`/run/insula/insulad.sock`, for root), described for programs by [openapi.json](openapi.json), which the daemon serves at `/v1/openapi.json`.',
    'A call that changes something answers 202 with an [Operation](#operation) and its path in `Location`; `GET /v1/events?operation=ID` tells how it goes on. With `dryRun=true` it answers 200 with a [DryRun](#dryrun) and does nothing. Every error is a [Problem](#problem) with a code of the [catalogue](errors.md).',
    '    curl --unix-socket /run/insula/insulad.sock http://insula/v1/ves',
    table(
      ['Call', '', ''],
      operationRows.map((row) => [
        `[${code(row.id)}](#${anchor(row.id)})`,
        code(`${row.method} ${row.path}`),
        prose(row.title),
      ]),
    ),
    ...operationRows.flatMap((row) => callSection(row, paths[row.path]?.[row.method.toLowerCase()])),
    '## Streams',
    'A WebSocket of `ve.exec` or `ve.console` begins with one text frame from the client, an [ExecRequest](#execrequest) or [ConsoleRequest](#consolerequest). Then the client sends standard input in binary frames and [StreamControl](#streamcontrol) in text frames; the server sends binary frames whose first byte is the stream (1 output, 2 error output), and at last one text frame, a [StreamEnd](#streamend). A binary frame holds at most 64 KiB.',
    '## Schemas',
    ...Object.entries(components.schemas).flatMap(([name, schema]) => schemaSection(name, schema)),
  ]);
}

function callSection(row: OperationDefinition, call: Call | undefined): readonly string[] {
  if (!call) throw new Error(`${row.id} is not in the OpenAPI document`);
  const body = Object.entries(call.requestBody?.content ?? {})[0];
  return [
    `## ${row.id}`,
    prose(row.description),
    `    ${row.method} ${row.path}`,
    parametersTable(call),
    body
      ? `Body (${code(body[0])}${call.requestBody?.required ? '' : ', optional'}): ${bodyText(body[1].schema)}`
      : '',
    `Answers ${answerText(row, call)}.`,
    row.states ? `The VE must be ${row.states.join(' or ')}.` : '',
    `Permission ${code(row.permission)}. Errors: ${[...new Set(row.errors)].map(errorText).join(', ')}.`,
  ];
}

function parametersTable({ parameters = [] }: Call): string {
  return table(
    ['Parameter', 'In', 'Type', ''],
    parameters.map(({ name, in: place, required, description = '', schema }) => [
      code(name),
      place,
      typeText(schema),
      [prose(description), required ? '' : 'optional'].filter((part) => part !== '').join('; '),
    ]),
  );
}

function bodyText(schema: Schema): string {
  return schema.properties ? `\n\n${fieldsTable(schema)}` : typeText(schema);
}

function answerText(row: OperationDefinition, call: Call): string {
  const parts = Object.entries(call.responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, { content }]) => {
      const schema = Object.values(content ?? {})[0]?.schema;
      const type = Object.keys(content ?? {})[0];
      if (!schema) return `${status} and becomes a WebSocket`;
      return `${status} with ${type === 'application/json' ? typeText(schema) : `a stream of ${code(type ?? '')}`}`;
    });
  const result = call['x-result'] ? `; the result of the operation is ${typeText(call['x-result'])}` : '';
  return `${parts.join(', or ')}${result}${row.kind === 'events' ? `, each event ${typeText(eventSchema(call))}` : ''}`;
}

function eventSchema(call: Call): Schema {
  return Object.values(call.responses['200']?.content ?? {})[0]?.schema ?? {};
}

function errorText(name: keyof typeof errorCatalogue): string {
  const { status }: ErrorRow = errorCatalogue[name];
  return `${code(name)} (${status})`;
}

function schemaSection(name: string, schema: Schema): readonly string[] {
  const choices = schema.anyOf?.filter((choice) => choice.properties) ?? [];
  return [
    `### ${name}`,
    prose(schema.description ?? ''),
    schema.properties ? fieldsTable(schema) : '',
    choices.length === 0 && !schema.properties ? typeText(schema) : '',
    ...choices.flatMap((choice, index) => [index === 0 ? 'One of:' : 'or', fieldsTable(choice)]),
  ];
}
