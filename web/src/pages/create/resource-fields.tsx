import { findParameter, formatAmount, type ParameterValue } from '@insula/contract';
import { Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useRefusal } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';
import { text } from '../../text/index.ts';
import { usualParameters } from './create-form.ts';
import type { FieldsProps } from './form-type.ts';

/** A sample to begin with, and what is otherwise than in the sample. */
export function ResourceFields({ form }: FieldsProps) {
  const maySee = useRefusal()('sample.list') === null;
  const { data: samples = [] } = useRead('sample.list', {}, { enabled: maySee });
  const words = text.create;
  const sample = samples.find(({ name }) => name === form.values.sample);
  return (
    <Stack gap="sm">
      {maySee && (
        <Select
          label={words.sample}
          description={sample?.description ?? words.sampleHelp}
          placeholder={words.noSample}
          clearable
          searchable
          data={samples.map(({ name }) => name)}
          value={form.values.sample || null}
          onChange={(value) => form.setFieldValue('sample', value ?? '')}
          error={form.errors['sample']}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {usualParameters.map((name) => {
          const row = findParameter(name);
          if (row === undefined) return null;
          const values = (sample?.parameters ?? {}) as Readonly<Record<string, ParameterValue | undefined>>;
          return (
            <TextInput
              key={name}
              label={words.parameters[name]}
              description={row.text}
              placeholder={formatAmount(row, values[name] ?? row.default)}
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps(`parameters.${name}`)}
            />
          );
        })}
      </SimpleGrid>
    </Stack>
  );
}
