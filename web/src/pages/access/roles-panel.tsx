import { type Privilege, privilegeTable, type Role } from '@insula/contract';
import { Checkbox, SimpleGrid, Text, TextInput, Tooltip } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { call } from '../../calls/client.ts';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { MenuItem } from '../../parts/menu-item.tsx';
import { Named } from '../../parts/named.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

/** What a form begins with: a new role, or one there is. */
interface Draft {
  readonly name: string;
  readonly title: string;
  readonly privileges: Privilege[];
  readonly isNew: boolean;
}

const empty: Draft = { name: '', title: '', privileges: [], isNew: true };

/** Named sets of privileges. */
export function RolesPanel() {
  const refusal = useRefusal();
  const { data, error } = useFreshRead('role.list');
  const [draft, setDraft] = useState<Draft | null>(null);
  const [askName, question] = useConfirmName();
  const words = text.access.roles;
  const remove = (role: string) =>
    askName({
      title: words.deleteTitle(role),
      help: words.deleteHelp,
      name: role,
      verb: text.common.delete,
      onConfirm: async () => {
        await edit('role.delete', { params: { role } }, text.common.deleted(role));
        outdated('role.list');
      },
    });
  const draftOf = ({ name, title, privileges }: Role, isNew: boolean): Draft => ({
    name: isNew ? '' : name,
    title,
    privileges: [...privileges],
    isNew,
  });
  return (
    <Section
      title={words.title}
      actions={
        <Action refusal={refusal('role.create')} onClick={() => setDraft(empty)}>
          {words.create}
        </Action>
      }
    >
      <PlainTable
        label={words.title}
        rows={data}
        error={error}
        rowKey={({ name }) => name}
        empty={words.none}
        columns={[
          {
            title: words.name,
            cell: ({ name, title, builtIn }) => (
              <Named name={builtIn ? `${name} · ${words.builtIn}` : name} note={title} />
            ),
          },
          {
            title: words.privileges,
            cell: ({ privileges }) => (
              <Tooltip label={privileges.join(', ')}>
                <Text size="sm" span>
                  {words.count(privileges.length)}
                </Text>
              </Tooltip>
            ),
          },
        ]}
        actions={(role) => {
          const fixed = role.builtIn ? words.isBuiltIn : null;
          return (
            <RowMenu label={text.common.actionsOf(role.name)}>
              <MenuItem reason={refusal('role.create')} onClick={() => setDraft(draftOf(role, true))}>
                {words.copy}
              </MenuItem>
              <MenuItem reason={refusal('role.set') ?? fixed} onClick={() => setDraft(draftOf(role, false))}>
                {text.common.change}
              </MenuItem>
              <MenuItem
                reason={refusal('role.delete') ?? fixed}
                color="red"
                onClick={() => remove(role.name)}
              >
                {text.common.delete}
              </MenuItem>
            </RowMenu>
          );
        }}
      />
      {draft && <RoleForm draft={draft} onClose={() => setDraft(null)} />}
      {question}
    </Section>
  );
}

/** Privileges that a role can give. */
const grantable = Object.entries(privilegeTable).filter(([name]) => name !== 'account.own');

interface RoleFormProps {
  readonly draft: Draft;
  readonly onClose: () => void;
}

function RoleForm({ draft: { name, title, privileges, isNew }, onClose }: RoleFormProps) {
  const words = text.access.roles;
  const form = useForm({ initialValues: { name, title, privileges } });
  return (
    <FormModal
      title={isNew ? words.create : words.changeOf(name)}
      verb={isNew ? words.create : text.common.save}
      size="lg"
      form={form}
      done={text.common.saved(form.values.name)}
      onClose={onClose}
      onSubmit={async (values) => {
        const body = { title: values.title, privileges: values.privileges };
        if (isNew) await call('role.create', { body: { name: values.name, ...body } });
        else await call('role.set', { params: { role: name }, body });
        outdated('role.list');
      }}
    >
      {isNew && (
        <TextInput
          label={words.name}
          autoComplete="off"
          spellCheck={false}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
      )}
      <TextInput label={words.titleField} {...form.getInputProps('title')} />
      <Checkbox.Group label={words.privileges} {...form.getInputProps('privileges')}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" mt="xs">
          {grantable.map(([privilege, lets]) => (
            <Checkbox key={privilege} size="xs" value={privilege} label={privilege} description={lets} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
    </FormModal>
  );
}
