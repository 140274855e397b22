import { SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { text } from '../../text/index.ts';
import { type CreateValues, helpOf } from './create-form.ts';
import type { FieldsProps } from './form-type.ts';

const kinds = ['automatic', 'addresses', 'none'] as const;

/** Its addresses: those that the node gives, chosen ones, or none. */
export function NetworkFields({ form }: FieldsProps) {
  const words = text.create.networks;
  const { network } = form.values;
  return (
    <Stack gap="sm">
      <SegmentedControl
        w="fit-content"
        aria-label={text.create.network}
        value={network}
        onChange={(value) => form.setFieldValue('network', value as CreateValues['network'])}
        data={kinds.map((value) => ({ value, label: words[value] }))}
      />
      {network === 'addresses' ? (
        <Textarea
          label={text.create.addresses}
          description={helpOf('addresses')}
          autosize
          minRows={2}
          spellCheck={false}
          {...form.getInputProps('addresses')}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {text.create.networkHelp[network]}
          {form.errors['addresses']}
        </Text>
      )}
    </Stack>
  );
}
