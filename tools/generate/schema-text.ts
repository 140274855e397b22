import { anchor, code, prose, table } from './markdown.ts';

/** A JSON Schema as it stands in the OpenAPI document. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly description?: string;
  readonly default?: unknown;
}

/** The type of a schema in a few words. */
export function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return `[${name}](#${anchor(name)})`;
  }
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}`;
  if (schema.patternProperties)
    return `map of ${Object.values(schema.patternProperties).map(typeText).join(' or ')}`;
  if (schema.type === 'object') return 'object';
  return `${schema.type ?? 'anything'}${boundsText(schema)}`;
}

function boundsText({ minimum, maximum, maxLength }: Schema): string {
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return ` ${minimum}–${maximum}`;
  if (minimum !== undefined) return ` ≥ ${minimum}`;
  return maxLength === undefined ? '' : `, at most ${maxLength} characters`;
}

/** A table of the fields of an object, those of objects inside with dotted names. */
export function fieldsTable(schema: Schema): string {
  return table(['Field', 'Type', ''], fieldRows(schema, ''));
}

function fieldRows(
  { properties = {}, required = [] }: Schema,
  prefix: string,
): readonly (readonly string[])[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = prefix + name;
    const remarks = [
      property.description === undefined ? '' : prose(property.description),
      prefix === '' && !required.includes(name) ? 'optional' : '',
      property.default === undefined ? '' : `default ${code(JSON.stringify(property.default))}`,
    ];
    const inside = property.properties ? fieldRows(property, `${path}.`) : [];
    return [
      [code(path), typeText(property), remarks.filter((remark) => remark !== '').join('; ')],
      ...inside,
    ];
  });
}
