import { NumberInput, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { text } from '../../text/index.ts';
import { helpOf, mostAtOnce } from './create-form.ts';
import type { FieldsProps } from './form-type.ts';

/** What it is called and what it is for, and when it starts. */
export function IdentityFields({ form }: FieldsProps) {
  const words = text.create;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label={words.name}
          description={form.values.count > 1 ? words.patternHelp : words.nameHelp}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <NumberInput
          label={words.count}
          description={words.countHelp}
          min={1}
          max={mostAtOnce}
          allowDecimal={false}
          clampBehavior="strict"
          {...form.getInputProps('count')}
        />
        <TextInput
          label={words.hostname}
          description={words.hostnameHelp}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('hostname')}
        />
        <TextInput
          label={words.description}
          description={helpOf('description')}
          {...form.getInputProps('description')}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Select
          label={words.onboot}
          allowDeselect={false}
          data={Object.entries(text.ve.onboots).map(([value, label]) => ({ value, label }))}
          {...form.getInputProps('onboot')}
        />
        <Switch
          mt={{ base: 0, sm: 28 }}
          label={words.start}
          {...form.getInputProps('start', { type: 'checkbox' })}
        />
      </SimpleGrid>
    </Stack>
  );
}
