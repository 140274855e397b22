import { fault } from '@insula/contract';
import { compareValues, type Item, requireField, valueAt } from './list-order.ts';

type Operator = '=' | '!=' | '~' | '<' | '<=' | '>' | '>=';

/** What items must have: `field=value` and the like. @throws CodedError invalid_input */
export function parseFilter(text: string, fields: ReadonlySet<string>): (item: Item) => boolean {
  const match = /^([A-Za-z0-9.]+)(!=|<=|>=|=|<|>|~)(.*)$/s.exec(text);
  if (match === null)
    throw fault('invalid_input', { field: 'filter', problem: `${text} is none: write field=value` });
  const [, path = '', operator, value = ''] = match;
  requireField('filter', path, fields);
  return (item) => passes(valueAt(item, path), operator as Operator, value);
}

function passes(found: unknown, operator: Operator, value: string): boolean {
  const texts = textsOf(found);
  switch (operator) {
    case '=':
      return texts.includes(value);
    case '!=':
      return !texts.includes(value);
    case '~':
      return texts.some((text) => text.toLowerCase().includes(value.toLowerCase()));
    default:
      return isOrdered(found, operator, value);
  }
}

/** What a value is called in a filter: texts as they are, all else as in JSON, nothing as the empty text. */
function textsOf(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [''];
  if (Array.isArray(value)) return value.length === 0 ? [''] : value.flatMap(textsOf);
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}

/** Numbers are compared with numbers, texts with texts; what is neither passes nothing. */
function isOrdered(found: unknown, operator: Operator, value: string): boolean {
  const isNumber = typeof found === 'number' && value.trim() !== '' && Number.isFinite(Number(value));
  if (!isNumber && typeof found !== 'string') return false;
  const order = compareValues(found, isNumber ? Number(value) : value);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}
