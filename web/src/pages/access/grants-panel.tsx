import type { AccessGrant } from '@insula/contract';
import { Select } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { call } from '../../calls/client.ts';
import { outdated, useFreshRead, useRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { formatDateTime } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { ScopeInput } from './scope-input.tsx';

/** Who holds which role on what. */
export function GrantsPanel() {
  const refusal = useRefusal();
  const { data, error } = useFreshRead('grant.list');
  const [creates, setCreates] = useState(false);
  const [askName, question] = useConfirmName();
  const words = text.access.grants;
  const take = ({ id, role, subject, scope }: AccessGrant) =>
    askName({
      title: words.takeTitle(subject),
      help: words.takeHelp(role, scope),
      name: subject,
      verb: words.take,
      onConfirm: async () => {
        await edit('grant.delete', { params: { grant: id } }, words.taken(role, subject));
        outdated('grant.list', 'whoami');
      },
    });
  return (
    <Section
      title={words.title}
      actions={
        <Action refusal={refusal('grant.create')} onClick={() => setCreates(true)}>
          {words.create}
        </Action>
      }
    >
      <PlainTable
        label={words.title}
        rows={data}
        error={error}
        rowKey={({ id }) => id}
        empty={words.none}
        minWidth={640}
        columns={[
          { title: words.subject, cell: ({ subject }) => subject },
          { title: words.role, cell: ({ role }) => role },
          { title: words.scope, cell: ({ scope }) => scope },
          {
            title: words.by,
            cell: ({ createdBy, createdAt }) => <span title={formatDateTime(createdAt)}>{createdBy}</span>,
          },
        ]}
        actions={(grant) => (
          <Action refusal={refusal('grant.delete')} onClick={() => take(grant)}>
            {words.take}
          </Action>
        )}
      />
      {creates && <GrantForm onClose={() => setCreates(false)} />}
      {question}
    </Section>
  );
}

function GrantForm({ onClose }: { readonly onClose: () => void }) {
  const { data: users = [] } = useRead('user.list');
  const { data: roles = [] } = useRead('role.list');
  const words = text.access.grants;
  const form = useForm({ initialValues: { subject: '', role: '', scope: '' } });
  const groups = [...new Set(users.flatMap((user) => user.groups))].sort();
  const { role, subject, scope } = form.values;
  return (
    <FormModal
      title={words.create}
      verb={words.create}
      form={form}
      isReady={[role, subject, scope].every((typed) => typed !== '')}
      done={words.granted(role, subject)}
      onClose={onClose}
      onSubmit={async (body) => {
        await call('grant.create', { body });
        outdated('grant.list', 'whoami');
      }}
    >
      <Select
        label={words.subject}
        description={words.subjectHelp}
        searchable
        required
        data={[...users.map(({ name }) => `user:${name}`), ...groups.map((name) => `group:${name}`)]}
        {...form.getInputProps('subject')}
      />
      <Select
        label={words.role}
        description={roles.find(({ name }) => name === role)?.title}
        searchable
        required
        data={roles.map(({ name }) => name)}
        {...form.getInputProps('role')}
      />
      <ScopeInput
        hasNodes
        label={words.scope}
        description={words.scopeHelp}
        {...form.getInputProps('scope')}
      />
    </FormModal>
  );
}
