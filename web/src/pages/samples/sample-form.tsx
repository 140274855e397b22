import {
  findParameter,
  formatAmount,
  type ParameterRow,
  type ParameterValue,
  parameterTable,
  parseAmount,
  type Sample,
} from '@insula/contract';
import { SimpleGrid, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '../../calls/client.ts';
import { outdated } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';
import { usualParameters } from '../create/create-form.ts';

interface SampleFormProps {
  /** What it begins with; null: with nothing. */
  readonly sample: Sample | null;
  readonly isNew: boolean;
  readonly onClose: () => void;
}

const rows: readonly ParameterRow[] = parameterTable;

/** Makes or replaces a sample of one's own. What is left empty has its default. */
export function SampleForm({ sample, isNew, onClose }: SampleFormProps) {
  const words = text.samples;
  const values = (sample?.parameters ?? {}) as Readonly<Record<string, ParameterValue | undefined>>;
  const typed = rows.map((row) => {
    const value = values[row.name];
    return [row.name, value === undefined ? '' : formatAmount(row, value)] as const;
  });
  const form = useForm({
    initialValues: {
      name: isNew ? '' : (sample?.name ?? ''),
      description: sample?.description ?? '',
      parameters: Object.fromEntries(typed),
    },
  });
  const [all, setAll] = useState(false);
  const shown = all ? rows : usualParameters.flatMap((name) => findParameter(name) ?? []);
  return (
    <FormModal
      title={isNew ? words.create : words.changeOf(form.values.name)}
      verb={text.common.save}
      size="xl"
      form={form}
      done={text.common.saved(form.values.name)}
      onClose={onClose}
      onSubmit={async ({ name, description, parameters }) => {
        const body = { description, parameters: parsed(parameters) };
        await call('sample.save', { params: { sample: name }, body });
        outdated('sample.list');
      }}
    >
      {isNew && (
        <TextInput
          label={words.name}
          autoComplete="off"
          spellCheck={false}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
      )}
      <TextInput label={words.description} {...form.getInputProps('description')} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {shown.map((row) => (
          <TextInput
            key={row.name}
            label={row.name}
            description={row.text}
            placeholder={formatAmount(row, row.default)}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps(`parameters.${row.name}`)}
          />
        ))}
      </SimpleGrid>
      <Switch
        label={words.all}
        checked={all}
        onChange={({ currentTarget: { checked } }) => setAll(checked)}
      />
    </FormModal>
  );
}

/** @throws CodedError invalid_parameter for what is no amount */
function parsed(typed: Readonly<Record<string, string>>): Record<string, ParameterValue> {
  return Object.fromEntries(
    rows.flatMap((row) => {
      const amount = typed[row.name]?.trim() ?? '';
      return amount === '' ? [] : [[row.name, parseAmount(row, amount)] as const];
    }),
  );
}
