import { Autocomplete, Button, Group, Modal, Select, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { call } from '../../../calls/client.ts';
import { outdated, useRead } from '../../../calls/reads.ts';
import { Failure } from '../../../parts/failure.tsx';
import { showAtField } from '../../../parts/form-failure.ts';
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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const subjects = [
    ...(users.data?.map(({ name }) => `user:${name}`) ?? []),
    ...new Set(users.data?.flatMap(({ groups }) => groups.map((group) => `group:${group}`)) ?? []),
  ];
  const submit = form.onSubmit(async ({ subject, role }) => {
    setBusy(true);
    setError(null);
    const named = subject.includes(':') ? subject : `user:${subject}`;
    try {
      await call('grant.create', { body: { subject: named, role, scope: `ve:${ve.uuid}` } });
      outdated('grant.list', 've.permissions', 'whoami');
      onClose();
    } catch (failure) {
      if (!showAtField(form, ['subject', 'role'], failure)) setError(failure);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.addTitle(ve.name)}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
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
          {error !== null && <Failure error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button type="submit" loading={busy} disabled={form.values.subject.trim() === ''}>
              {words.give}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
