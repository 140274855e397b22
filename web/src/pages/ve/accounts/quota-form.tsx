import type { GuestQuota } from '@insula/contract';
import { Group, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../../calls/client.ts';
import { outdated } from '../../../calls/reads.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { plainInput } from '../../../parts/plain-input.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { type LimitField, limitFields, limitsOf, limitText } from './quota-values.ts';

const words = text.quotas;
const helps: Readonly<Record<LimitField, string>> = {
  bytes: words.bytesHelp,
  softBytes: words.softHelp,
  inodes: words.inodesHelp,
  softInodes: words.softHelp,
};

interface QuotaFormProps {
  readonly ve: ShownVe;
  /** Null: of somebody who is yet to be named. */
  readonly quota: GuestQuota | null;
  readonly onClose: () => void;
}

export function QuotaForm({ ve, quota, onClose }: QuotaFormProps) {
  const limit = (field: LimitField) => limitText(field, quota?.[field] ?? null);
  const form = useForm({
    initialValues: {
      kind: quota?.kind ?? 'user',
      who: quota === null ? '' : String(quota.id),
      bytes: limit('bytes'),
      softBytes: limit('softBytes'),
      inodes: limit('inodes'),
      softInodes: limit('softInodes'),
    },
  });
  const { who } = form.values;
  const shown = quota === null ? who : (quota.name ?? who);
  return (
    <FormModal
      title={quota === null ? words.addIn(ve.name) : words.changeOf(words.named[quota.kind](shown))}
      verb={text.common.save}
      form={form}
      isReady={who !== ''}
      hidden={quota === null ? [] : ['kind', 'who']}
      done={words.saved(shown)}
      onClose={onClose}
      onSubmit={async ({ kind, ...values }) => {
        const body = { kind, who: values.who, ...limitsOf(quota, values) };
        await call('quota.set', { params: { ve: ve.uuid }, body });
        outdated('quota.list');
      }}
    >
      {quota === null && (
        <Group grow align="flex-start">
          <Select
            label={words.kind}
            allowDeselect={false}
            data={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
            {...form.getInputProps('kind')}
          />
          <TextInput
            label={words.who}
            description={words.whoHelp}
            required
            data-autofocus
            {...plainInput}
            {...form.getInputProps('who')}
          />
        </Group>
      )}
      {limitFields.map((field) => (
        <TextInput
          key={field}
          label={words[field]}
          description={helps[field]}
          {...plainInput}
          {...form.getInputProps(field)}
        />
      ))}
    </FormModal>
  );
}
