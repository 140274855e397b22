import { MultiSelect, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useRead } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { text } from '../../text/index.ts';
import { helpOf } from './create-form.ts';
import type { FieldsProps } from './form-type.ts';

/** The template, the applications on it, and what those need to know. */
export function SystemFields({ form }: FieldsProps) {
  const templates = useRead('template.list');
  const applications = useRead('app.list');
  const words = text.create;
  const chosen = form.values.applications;
  const settings = (applications.data ?? [])
    .filter(({ name }) => chosen.includes(name))
    .flatMap(({ name, settings: wanted }) => wanted.map((setting) => ({ application: name, ...setting })));
  const distribution = templates.data?.find(({ name }) => name === form.values.template)?.distribution;
  return (
    <Stack gap="sm">
      {(templates.error || applications.error) && <Failure error={templates.error ?? applications.error} />}
      <Select
        label={words.template}
        placeholder={words.chooseTemplate}
        required
        searchable
        allowDeselect={false}
        data={(templates.data ?? []).map(({ name, title, version }) => ({
          value: name,
          label: version === null ? words.notBuilt(title) : title,
        }))}
        {...form.getInputProps('template')}
      />
      <MultiSelect
        label={words.applications}
        description={helpOf('applications')}
        searchable
        clearable
        data={(applications.data ?? [])
          .filter(
            ({ name, distributions }) =>
              distribution === undefined || chosen.includes(name) || distributions.includes(distribution),
          )
          .map(({ name, title }) => ({ value: name, label: title }))}
        {...form.getInputProps('applications')}
      />
      {settings.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {settings.map(({ application, name, title, default: usual }) => {
            const key = `${application}.${name}`;
            return (
              <TextInput
                key={key}
                label={`${application}: ${title}`}
                placeholder={usual ?? ''}
                required={usual === null}
                value={form.values.applicationSettings[key] ?? ''}
                onChange={({ currentTarget: { value } }) =>
                  form.setFieldValue('applicationSettings', {
                    ...form.values.applicationSettings,
                    [key]: value,
                  })
                }
              />
            );
          })}
        </SimpleGrid>
      )}
      {templates.data?.find(({ name }) => name === form.values.template)?.version === null && (
        <Text size="xs" c="dimmed">
          {words.buildsFirst}
        </Text>
      )}
    </Stack>
  );
}
