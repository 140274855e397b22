import type { TSchema } from 'typebox';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Schemas that have an `$id`, found while others are written down: each stands once under `components/schemas`. */
export class Components {
  readonly #schemas = new Map<string, JsonValue>();

  /** The schema with a reference in place of every part that has an `$id`. */
  reference(schema: TSchema): JsonValue {
    return this.#write(schema);
  }

  /** All schemas met so far, by name. */
  schemas(): { readonly [name: string]: JsonValue } {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #write(value: unknown): JsonValue {
    if (Array.isArray(value)) return value.map((item) => this.#write(item));
    if (typeof value !== 'object' || value === null) return value as JsonValue;
    const { $id, ...rest } = value as { readonly $id?: unknown };
    if (typeof $id !== 'string') return this.#entries(rest);
    if (!this.#schemas.has($id)) {
      this.#schemas.set($id, null);
      this.#schemas.set($id, this.#entries(rest));
    }
    return { $ref: `#/components/schemas/${$id}` };
  }

  #entries(value: object): JsonValue {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, this.#write(item)]));
  }
}
