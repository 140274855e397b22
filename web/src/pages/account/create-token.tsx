import { NumberInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useWho } from '../../access/who.tsx';
import { call } from '../../calls/client.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { text } from '../../text/index.ts';

const usualDays = 90;

/** A token that stands for who makes it, or for less. The token itself is shown once. */
export function CreateToken({ onClose }: { readonly onClose: () => void }) {
  const words = text.access.proofs;
  const { holds } = useWho();
  const { data: roles = [] } = useRead('role.list');
  const form = useForm({ initialValues: { name: '', days: usualDays as number | '', role: '', scope: '' } });
  const [token, setToken] = useState<string | null>(null);
  if (token !== null)
    return <ShownOnce label={words.token} help={words.secretHelp} secret={token} onClose={onClose} />;
  return (
    <FormModal
      title={words.createToken}
      verb={words.createToken}
      form={form}
      stays
      onClose={onClose}
      onSubmit={async ({ name, days, role, scope }) => {
        const body = {
          name,
          ...(days === '' ? {} : { days }),
          ...(role === '' ? {} : { role }),
          ...(scope === '' ? {} : { scope }),
        };
        const created = await call('token.create', { body });
        outdated('token.list');
        setToken(created.token);
      }}
    >
      <TextInput
        label={words.tokenName}
        autoComplete="off"
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <NumberInput label={words.days} min={1} allowDecimal={false} {...form.getInputProps('days')} />
      <Select
        label={words.role}
        placeholder={words.unlimited}
        clearable
        searchable
        data={roles.map(({ name }) => name)}
        {...form.getInputProps('role')}
        value={form.values.role || null}
        onChange={(role: string | null) => form.setFieldValue('role', role ?? '')}
      />
      <TextInput
        label={words.scope}
        placeholder={holds[0]?.scope ?? ''}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('scope')}
      />
    </FormModal>
  );
}
