/** What of one OpenAPI document clients of another may miss. Only additions keep clients working. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Item = { readonly [key: string]: Json };

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/**
 * Every change from an older document to a newer one that breaks a client of the older: calls, parameters, fields of answers and values
 * of enumerations that are gone, types that are others, and what was not needed in a request but is now.
 */
export function breakingChanges(older: unknown, newer: unknown): readonly string[] {
  const [before, after] = [new Document(older), new Document(newer)];
  return before.calls().flatMap(([name, call]) => {
    const now = after.call(name);
    return now === undefined ? [`${name} is gone`] : callChanges(name, [before, call], [after, now]);
  });
}

type Side = readonly [Document, Item];

function callChanges(name: string, [before, call]: Side, [after, now]: Side): readonly string[] {
  const request = (operation: Item) => contentOf(operation['requestBody']);
  const [sent, taken] = [request(call), request(now)];
  const answers = Object.entries(asItem(call['responses'])).filter(([status]) => status.startsWith('2'));
  return [
    ...parameterChanges(name, [before, call], [after, now]),
    ...(taken === undefined && sent !== undefined ? [`${name} takes no body any more`] : []),
    ...(isNeeded(now) && !isNeeded(call) ? [`${name} needs a body`] : []),
    ...(sent && taken ? changesOf(`${name} request`, 'request', [before, sent], [after, taken]) : []),
    ...answers.flatMap(([status, answer]) => {
      const other = asItem(now['responses'])[status];
      if (other === undefined) return [`${name} answers with ${status} no more`];
      const [was, is] = [contentOf(answer), contentOf(other)];
      if (was === undefined) return [];
      return is === undefined
        ? [`${name} ${status} has no body any more`]
        : changesOf(`${name} ${status}`, 'answer', [before, was], [after, is]);
    }),
  ];
}

const isNeeded = (operation: Item): boolean => asItem(operation['requestBody'])['required'] === true;

function parameterChanges(name: string, [before, call]: Side, [after, now]: Side): readonly string[] {
  const listed = (operation: Item) => asList(operation['parameters']).map(asItem);
  const key = (parameter: Item) => `${textOf(parameter['in'])} ${textOf(parameter['name'])}`;
  const known = new Map(listed(now).map((parameter) => [key(parameter), parameter]));
  const old = new Set(listed(call).map(key));
  return [
    ...listed(call).flatMap((parameter) => {
      const other = known.get(key(parameter));
      if (other === undefined) return [`${name}: parameter ${key(parameter)} is gone`];
      const schemas = [asItem(parameter['schema']), asItem(other['schema'])] as const;
      return changesOf(`${name} ${key(parameter)}`, 'request', [before, schemas[0]], [after, schemas[1]]);
    }),
    ...listed(now)
      .filter((parameter) => parameter['required'] === true && !old.has(key(parameter)))
      .map((parameter) => `${name} needs the parameter ${key(parameter)}`),
  ];
}

/** In a request nothing may become narrower; in an answer nothing may be missing, and nothing may be of another type. */
function changesOf(
  where: string,
  side: 'request' | 'answer',
  [before, was]: Side,
  [after, is]: Side,
  seen: ReadonlySet<string> = new Set(),
): readonly string[] {
  const reference = textOf(was['$ref']);
  if (reference !== '' && seen.has(reference)) return [];
  const inside = new Set([...seen, reference]);
  const [old, next] = [before.resolve(was), after.resolve(is)];
  const deeper = (name: string, one: Json | undefined, other: Json | undefined) =>
    changesOf(`${where}.${name}`, side, [before, asItem(one)], [after, asItem(other)], inside);
  if (old['type'] !== undefined && next['type'] !== undefined && old['type'] !== next['type'])
    return [`${where} was ${textOf(old['type'])} and is ${textOf(next['type'])}`];
  const [values, others] = [asList(old['enum']), asList(next['enum'])];
  const lost = others.length === 0 ? [] : values.filter((value) => !others.includes(value));
  const needed = asList(next['required']).filter((field) => !asList(old['required']).includes(field));
  const dropped = asList(old['required']).filter((field) => !asList(next['required']).includes(field));
  const fields = Object.entries(asItem(old['properties']));
  const present = asItem(next['properties']);
  return [
    ...(side === 'request' ? lost.map((value) => `${where} takes ${textOf(value)} no more`) : []),
    ...(side === 'request' ? needed.map((field) => `${where} needs ${textOf(field)}`) : []),
    ...(side === 'answer' ? dropped.map((field) => `${where} may lack ${textOf(field)}`) : []),
    ...fields.flatMap(([field, schema]) =>
      Object.hasOwn(present, field) ? deeper(field, schema, present[field]) : [`${where}.${field} is gone`],
    ),
    ...(old['items'] === undefined ? [] : deeper('items', old['items'], next['items'])),
  ];
}

class Document {
  readonly #root: Item;

  constructor(document: unknown) {
    this.#root = asItem(document as Json);
  }

  calls(): readonly (readonly [name: string, call: Item])[] {
    return Object.entries(asItem(this.#root['paths'])).flatMap(([path, item]) =>
      Object.entries(asItem(item))
        .filter(([method]) => methods.includes(method))
        .map(([method, call]) => [`${method.toUpperCase()} ${path}`, asItem(call)] as const),
    );
  }

  call(name: string): Item | undefined {
    return this.calls().find(([other]) => other === name)?.[1];
  }

  resolve(schema: Item): Item {
    const name = /^#\/components\/schemas\/(.*)$/.exec(textOf(schema['$ref']))?.[1];
    if (name === undefined) return schema;
    return asItem(asItem(asItem(this.#root['components'])['schemas'])[name]);
  }
}

function contentOf(part: Json | undefined): Item | undefined {
  const json = asItem(asItem(part)['content'])['application/json'];
  return json === undefined ? undefined : asItem(asItem(json)['schema']);
}

function asItem(value: Json | undefined): Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Item) : {};
}

const asList = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

function textOf(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
