import {
  type CommandOption,
  fault,
  findParameter,
  type ParameterPair,
  type ParameterValue,
  parseAmount,
} from '@insula/contract';
import { nearest } from './nearest.ts';

export type OptionValue =
  | boolean
  | number
  | string
  | null
  | readonly string[]
  | ParameterPair
  | { readonly [key: string]: string | null };

/**
 * What the texts given for one option mean. Lists add up over several uses; of anything else the last use counts.
 * An amount `default`, a number `none`, a key without a value and an empty text or number are null where the call takes null.
 * @throws CodedError invalid_input or invalid_parameter, naming the option
 */
export function readOption(option: CommandOption, texts: readonly string[]): OptionValue {
  const last = texts.at(-1) ?? '';
  const refuse = (problem: string) => fault('invalid_input', { field: `--${option.flag}`, problem });
  if (option.nullable && last === '' && ['string', 'integer'].includes(option.kind)) return null;
  switch (option.kind) {
    case 'boolean':
      return last === 'true';
    case 'string':
      return last;
    case 'integer':
    case 'number':
      return option.nullable && last === 'none' ? null : readNumber(option, last, refuse);
    case 'enum':
      return oneOf(option, last, refuse);
    case 'list':
      return texts
        .flatMap(commaSeparated)
        .map((item) => (option.values ? oneOf(option, item, refuse) : item));
    case 'map':
      return readMap(option, texts, refuse);
    case 'amount':
      return readAmount(option, last);
  }
}

type Refuse = (problem: string) => Error;

function readNumber({ kind, minimum, maximum }: CommandOption, text: string, refuse: Refuse): number {
  if (kind === 'integer' && !/^-?\d{1,15}$/.test(text)) throw refuse(`"${text}" is not a whole number`);
  if (!/^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) throw refuse(`"${text}" is not a number`);
  const value = Number(text);
  if (minimum !== undefined && value < minimum) throw refuse(`${text} is below ${minimum}`);
  if (maximum !== undefined && value > maximum) throw refuse(`${text} is above ${maximum}`);
  return value;
}

function oneOf({ values = [] }: CommandOption, text: string, refuse: Refuse): string {
  if (values.includes(text)) return text;
  const meant = nearest(text, values);
  throw refuse(
    `"${text}" is none of ${values.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  );
}

function commaSeparated(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function readMap(
  option: CommandOption,
  texts: readonly string[],
  refuse: Refuse,
): { readonly [key: string]: string | null } {
  const entries = new Map<string, string | null>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw refuse(`"${text}" is not key=value`);
    const key = text.slice(0, at);
    const value = text.slice(at + 1);
    // in a call an empty value means: there shall be no such key
    if (value !== '' || option.place === 'own') entries.set(key, value);
    else if (option.nullable) entries.set(key, null);
    else entries.delete(key);
  }
  return Object.fromEntries(entries);
}

function readAmount(option: CommandOption, text: string): ParameterValue | null {
  if (option.nullable && text === 'default') return null;
  const row = findParameter(option.parameter ?? '');
  if (!row) throw new Error(`option --${option.flag} belongs to no parameter`);
  return parseAmount(row, text);
}
