import type { CommandOption } from '@insula/contract';
import { type OptionValue, readOption } from './option-values.ts';

/** The options that were given, by flag. Those not given are undefined, so that the daemon's defaults hold. */
export class ParsedOptions {
  readonly #values: ReadonlyMap<string, OptionValue>;

  constructor(values: ReadonlyMap<string, OptionValue> = new Map()) {
    this.#values = values;
  }

  /** @throws CodedError naming the option whose text is wrong */
  static read(
    options: readonly CommandOption[],
    texts: ReadonlyMap<string, readonly string[]>,
  ): ParsedOptions {
    const values = new Map<string, OptionValue>();
    for (const option of options) {
      const given = texts.get(option.flag);
      if (given) values.set(option.flag, readOption(option, given));
    }
    return new ParsedOptions(values);
  }

  value(flag: string): OptionValue | undefined {
    return this.#values.get(flag);
  }

  /** A switch; undefined when neither it nor its `--no-` form was given. */
  boolean(flag: string): boolean | undefined {
    const value = this.#values.get(flag);
    return typeof value === 'boolean' ? value : undefined;
  }

  text(flag: string): string | undefined {
    const value = this.#values.get(flag);
    return typeof value === 'string' ? value : undefined;
  }

  list(flag: string): readonly string[] {
    const value = this.#values.get(flag);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  map(flag: string): Readonly<Record<string, string | null>> {
    const value = this.#values.get(flag);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return value as Readonly<Record<string, string | null>>;
  }
}
