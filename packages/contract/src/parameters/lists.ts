import type { ParameterRow } from './row.ts';

/** Numbers and ranges of the kernel's list format (cpuset(7)): `0-3,8`. */
export const listPattern = /^(?:\d{1,4}(?:-\d{1,4})?)(?:,\d{1,4}(?:-\d{1,4})?){0,255}$/;

/** Which rule a list breaks; null when none. `all` is the list of everything. */
export function listProblem(row: ParameterRow, text: string): string | null {
  if (text === 'all') return null;
  if (!listPattern.test(text)) return `"${text}" is not "all" or a list such as 0-3,8`;
  const backwards = text.split(',').find((part) => {
    const [first, last] = part.split('-').map(Number);
    return last !== undefined && last < (first ?? 0);
  });
  if (backwards !== undefined) return `${backwards} runs backwards`;
  const beyond = numbersOf(text).find((number) => number > row.maximum);
  return beyond === undefined ? null : `${beyond} is above ${row.maximum}`;
}

/** The numbers of a list, ascending, each once. */
export function numbersOf(list: string): readonly number[] {
  const numbers = new Set<number>();
  for (const part of list.split(',')) {
    if (part === '') continue;
    const [first = 0, last = first] = part.split('-').map(Number);
    for (let number = first; number <= last; number += 1) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}

/** Numbers as a list, the inverse of `numbersOf`. */
export function listOf(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let index = 0; index < numbers.length; index += 1) {
    const first = numbers[index] ?? 0;
    let last = first;
    while (numbers[index + 1] === last + 1) {
      last += 1;
      index += 1;
    }
    parts.push(last === first ? String(first) : `${first}-${last}`);
  }
  return parts.join(',');
}
