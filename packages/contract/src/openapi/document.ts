import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts';
import type { ErrorRow } from '../errors/error-row.ts';
import { Problem } from '../errors/problem.ts';
import type { OperationDefinition } from '../operations/definition.ts';
import { listFields, querySchemaOf } from '../operations/list-query.ts';
import { operationRows } from '../operations/table.ts';
import { ConsoleRequest, ExecRequest, StreamControl, StreamEnd } from '../schemas/exec.ts';
import { DryRun, Operation } from '../schemas/operation.ts';
import { Components, type JsonValue } from './components.ts';

type JsonObject = { readonly [key: string]: JsonValue };

const tagTexts: Readonly<Record<string, string>> = {
  ves: 'Virtual environments: their life, settings and insides',
  templates: 'What VEs are made from',
  operations: 'Durable units of work, and events',
  node: 'The node itself',
};

export interface OpenApiOptions {
  /** Of the program that answers. */
  readonly version: string;
  readonly rows?: readonly OperationDefinition[];
}

/**
 * OpenAPI 3.1 of the calls: paths, schemas by their `$id`, RFC 9457 errors. What OpenAPI has no words for is said in descriptions:
 * Server-Sent Events, and the frames of WebSockets.
 */
export function openApiDocument({ version, rows = operationRows }: OpenApiOptions): JsonObject {
  const components = new Components();
  const paths: Record<string, JsonObject> = {};
  for (const row of rows) {
    paths[row.path] = { ...paths[row.path], [row.method.toLowerCase()]: call(row, components) };
  }
  for (const schema of [ExecRequest, ConsoleRequest, StreamControl, StreamEnd]) components.reference(schema);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Insula',
      version,
      description:
        'The API of a node. Calls that change something answer 202 with an operation; follow it with `GET /v1/events?operation=ID` ' +
        'or read it again. Errors are RFC 9457 problems with a stable `code` and a `hint`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: Object.entries(tagTexts).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: components.schemas() },
  };
}

function call(row: OperationDefinition, components: Components): JsonObject {
  return {
    operationId: row.id,
    tags: [tagOf(row)],
    summary: row.title,
    description: row.description,
    ...parameters(row, components),
    ...requestBody(row, components),
    responses: { ...success(row, components), ...failures(row, components) },
    'x-permission': row.permission,
    ...(row.states ? { 'x-states': [...row.states] } : {}),
    ...(row.kind === 'change' ? { 'x-result': components.reference(row.result) } : {}),
  };
}

function tagOf(row: OperationDefinition): string {
  const segment = row.path.split('/')[2] ?? '';
  return segment === 'events' ? 'operations' : segment;
}

function parameters(row: OperationDefinition, components: Components): JsonObject {
  const inPath = parametersIn('path', row.params, components);
  const inQuery = parametersIn('query', querySchemaOf(row), components);
  const resume: JsonValue[] =
    row.kind === 'events'
      ? [
          {
            name: 'Last-Event-ID',
            in: 'header',
            required: false,
            description: 'Go on after this event',
            schema: { type: 'integer' },
          },
        ]
      : [];
  const all = [...inPath, ...inQuery, ...resume];
  return all.length > 0 ? { parameters: all } : {};
}

function parametersIn(
  place: 'path' | 'query',
  schema: OperationDefinition['params'],
  components: Components,
): JsonValue[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(property.description === undefined ? {} : { description: property.description }),
    schema: components.reference(property),
  }));
}

function requestBody(row: OperationDefinition, components: Components): JsonObject {
  if (row.kind === 'upload') {
    return {
      requestBody: {
        required: true,
        content: { [row.contentType ?? 'application/octet-stream']: { schema: bytes } },
      },
    };
  }
  if (!row.body) return {};
  return {
    requestBody: {
      required: !('~optional' in row.body),
      content: { 'application/json': { schema: components.reference(row.body) } },
    },
  };
}

const bytes: JsonObject = { type: 'string', format: 'binary' };

function success(row: OperationDefinition, components: Components): JsonObject {
  const json = (description: string, schema: JsonValue): JsonObject => ({
    description,
    content: { 'application/json': { schema } },
  });
  switch (row.kind) {
    case 'read':
    case 'edit':
      return { 200: { ...json('The answer', components.reference(row.result)), ...nextPage(row) } };
    case 'change':
      return {
        ...(row.planned
          ? { 200: json('With `dryRun=true`: what would be done', components.reference(DryRun)) }
          : {}),
        202: {
          ...json(
            'The operation that was begun; its `result`, once it succeeded, is `x-result`',
            components.reference(Operation),
          ),
          headers: { Location: { description: 'Path of the operation', schema: { type: 'string' } } },
        },
      };
    case 'socket':
      return {
        101: {
          description:
            'A WebSocket; see the schemas ExecRequest, ConsoleRequest, StreamControl and StreamEnd',
        },
      };
    case 'events':
      return {
        200: {
          description:
            'Server-Sent Events; each `data` is one of these, `id` and `event` repeat its id and kind',
          content: { [row.contentType ?? 'text/event-stream']: { schema: components.reference(row.result) } },
        },
      };
    case 'download':
      return {
        200: {
          description: 'A stream',
          content: { [row.contentType ?? 'application/octet-stream']: { schema: bytes } },
        },
      };
    case 'upload':
      return { 200: json('All of it has arrived', components.reference(row.result)) };
  }
}

function nextPage(row: OperationDefinition): JsonObject {
  const { properties = {} } = (querySchemaOf(row) ?? {}) as { readonly properties?: object };
  if (!('cursor' in properties)) return {};
  const description = 'Where the next page is, as `<…>; rel="next"` (RFC 8288); missing on the last';
  return { headers: { Link: { description, schema: { type: 'string' } } } };
}

function failures(row: OperationDefinition, components: Components): JsonObject {
  const byStatus = new Map<number, ErrorCode[]>();
  const ofLists = listFields(row) === null ? [] : (['invalid_input', 'unknown_field'] as const);
  for (const code of new Set([...row.errors, ...ofLists])) {
    const { status }: ErrorRow = errorCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const problem = components.reference(Problem);
  const entries = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].message}`).join('; '),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]);
  return Object.fromEntries(entries) as JsonObject;
}
