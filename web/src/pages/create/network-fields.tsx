import { MultiSelect, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useRefusal } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';
import { formatNumber } from '../../parts/format.ts';
import { text } from '../../text/index.ts';
import { type CreateValues, helpOf } from './create-form.ts';
import type { FieldsProps } from './form-type.ts';

const kinds = ['automatic', 'pools', 'addresses', 'none'] as const;

/** Its addresses: those that the node gives, chosen ones, or none. */
export function NetworkFields({ form }: FieldsProps) {
  const words = text.create.networks;
  const { network } = form.values;
  const maySee = useRefusal()('pool.list') === null;
  const { data: pools = [] } = useRead('pool.list', {}, { enabled: maySee });
  const names = [...new Map(pools.map((pool) => [pool.name, pool])).values()];
  return (
    <Stack gap="sm">
      <SegmentedControl
        w="fit-content"
        aria-label={text.create.network}
        value={network}
        onChange={(value) => form.setFieldValue('network', value as CreateValues['network'])}
        data={kinds
          .filter((kind) => maySee || kind !== 'pools')
          .map((value) => ({ value, label: words[value] }))}
      />
      {network === 'pools' && (
        <MultiSelect
          label={text.create.pools}
          description={text.create.poolsHelp}
          searchable
          data={names.map(({ name, prefix, free }) => ({
            value: name,
            label: text.create.poolFree(name, prefix, formatNumber(free)),
          }))}
          {...form.getInputProps('pools')}
          error={form.errors['addresses']}
        />
      )}
      {network === 'addresses' && (
        <Textarea
          label={text.create.addresses}
          description={helpOf('addresses')}
          autosize
          minRows={2}
          spellCheck={false}
          {...form.getInputProps('addresses')}
        />
      )}
      {(network === 'automatic' || network === 'none') && (
        <Text size="sm" c="dimmed">
          {text.create.networkHelp[network]}
          {form.errors['addresses']}
        </Text>
      )}
    </Stack>
  );
}
