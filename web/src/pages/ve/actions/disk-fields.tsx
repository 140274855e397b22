import {
  findParameter,
  formatAmount,
  type ParameterValue,
  type ParameterValues,
  parseAmount,
} from '@insula/contract';
import { SimpleGrid, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { text } from '../../../text/index.ts';

const names = ['diskspace', 'diskinodes'] as const;

/** What a layout may limit, as it is typed. */
export type DiskLimits = Readonly<Record<(typeof names)[number], string>>;

const rows = names.flatMap((name) => {
  const row = findParameter(name);
  return row === undefined ? [] : [{ name, row }];
});

/** What is set now, as one would type it; empty where nothing is. */
export function typedLimits(parameters: ParameterValues): DiskLimits {
  const values = parameters as Readonly<Record<string, ParameterValue | undefined>>;
  const typed = rows.map(({ name, row }) => {
    const value = values[name];
    return [name, value === undefined ? '' : formatAmount(row, value)];
  });
  return Object.fromEntries(typed) as DiskLimits;
}

/**
 * Those that were filled in.
 * @throws CodedError invalid_parameter for what is no amount
 */
export function setLimits(typed: DiskLimits): Readonly<Record<string, ParameterValue>> {
  return Object.fromEntries(
    rows.flatMap(({ name, row }) => {
      const amount = typed[name].trim();
      return amount === '' ? [] : [[name, parseAmount(row, amount)]];
    }),
  );
}

/**
 * Those that are otherwise than before; null goes back to the default.
 * @throws CodedError invalid_parameter for what is no amount
 */
export function changedLimits(
  typed: DiskLimits,
  before: DiskLimits,
): Readonly<Record<string, ParameterValue | null>> {
  const set = setLimits(typed);
  const changed = names.filter((name) => typed[name].trim() !== before[name]);
  return Object.fromEntries(changed.map((name) => [name, set[name] ?? null]));
}

interface DiskFieldsProps {
  readonly propsOf: (path: string) => GetInputPropsReturnType;
  /** Shown where a field is empty; without it the default. */
  readonly placeholder?: string;
}

/** Fields for what the disk of a VE is limited to. */
export function DiskFields({ propsOf, placeholder }: DiskFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {rows.map(({ name, row }) => (
        <TextInput
          key={name}
          label={text.actions.disk[name]}
          description={row.text}
          placeholder={placeholder ?? formatAmount(row, row.default)}
          autoComplete="off"
          spellCheck={false}
          {...propsOf(`parameters.${name}`)}
        />
      ))}
    </SimpleGrid>
  );
}
