import { Autocomplete, Select } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRefusal } from '../../../access/who.tsx';
import { call } from '../../../calls/client.ts';
import { outdated, useRead } from '../../../calls/reads.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';

interface GrantFormProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Gives somebody a role on this VE. */
export function GrantForm({ ve, onClose }: GrantFormProps) {
  const words = text.permissions;
  const users = useRead('user.list', {}, { enabled: useRefusal()('user.list') === null });
  const roles = useRead('role.list');
  const form = useForm({ initialValues: { subject: '', role: 've-owner' } });
  const subjects = [
    ...(users.data?.map(({ name }) => `user:${name}`) ?? []),
    ...new Set(users.data?.flatMap(({ groups }) => groups.map((group) => `group:${group}`)) ?? []),
  ];
  return (
    <FormModal
      title={words.addTitle(ve.name)}
      verb={words.give}
      form={form}
      isReady={form.values.subject.trim() !== ''}
      onSubmit={async ({ subject, role }) => {
        const named = subject.includes(':') ? subject : `user:${subject}`;
        await call('grant.create', { body: { subject: named, role, scope: `ve:${ve.uuid}` } });
        outdated('grant.list', 've.permissions', 'whoami');
      }}
      onClose={onClose}
    >
      <Autocomplete
        label={words.subject}
        description={words.subjectHelp}
        data={subjects}
        data-autofocus
        {...form.getInputProps('subject')}
      />
      <Select
        label={words.role}
        allowDeselect={false}
        data={
          roles.data?.map(({ name, title }) => ({
            value: name,
            label: title === '' ? name : `${name}: ${title}`,
          })) ?? []
        }
        {...form.getInputProps('role')}
      />
    </FormModal>
  );
}
