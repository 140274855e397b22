import type { User, UserRealm } from '@insula/contract';
import { PasswordInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../calls/client.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';

const words = text.access.users;

function useGroups(): string[] {
  const { data = [] } = useRead('user.list');
  return [...new Set(data.flatMap(({ groups }) => groups))].sort();
}

export function CreateUser({ onClose }: { readonly onClose: () => void }) {
  const known = useGroups();
  const { data: ways } = useRead('login.ways');
  const realms: readonly UserRealm[] = [
    'internal',
    ...(typeof ways?.provider === 'string' ? (['oidc'] as const) : []),
    ...(ways?.realms.includes('ldap') === true ? (['ldap'] as const) : []),
  ];
  const form = useForm({
    initialValues: {
      name: '',
      fullName: '',
      groups: [] as string[],
      realm: 'internal' as UserRealm,
      password: '',
    },
  });
  return (
    <FormModal
      title={words.create}
      verb={words.create}
      form={form}
      done={text.common.saved(form.values.name)}
      onClose={onClose}
      onSubmit={async ({ name, fullName, groups, realm, password }) => {
        const secret = realm !== 'internal' || password === '' ? {} : { password };
        await call('user.create', { body: { name, fullName, groups, realm, ...secret } });
        outdated('user.list');
      }}
    >
      <TextInput
        label={words.name}
        description={words.nameHelp}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <TextInput label={words.fullName} autoComplete="off" {...form.getInputProps('fullName')} />
      <TagsInput
        label={words.groups}
        description={words.groupsHelp}
        data={known}
        {...form.getInputProps('groups')}
      />
      {realms.length > 1 && (
        <Select
          label={words.realm}
          allowDeselect={false}
          data={realms.map((value) => ({ value, label: words.realms[value] }))}
          {...form.getInputProps('realm')}
        />
      )}
      {form.values.realm === 'internal' && (
        <PasswordInput
          label={words.password}
          description={words.passwordHelp}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': text.login.showPassword }}
          {...form.getInputProps('password')}
        />
      )}
    </FormModal>
  );
}

interface UserFormProps {
  readonly user: User;
  readonly onClose: () => void;
}

export function EditUser({ user, onClose }: UserFormProps) {
  const { name, fullName, groups, enabled } = user;
  const known = useGroups();
  const form = useForm({ initialValues: { fullName, groups, enabled } });
  return (
    <FormModal
      title={words.changeOf(name)}
      verb={text.common.save}
      form={form}
      done={text.common.saved(name)}
      onClose={onClose}
      onSubmit={async (values) => {
        await call('user.set', { params: { user: name }, body: values });
        outdated('user.list');
      }}
    >
      <TextInput label={words.fullName} data-autofocus {...form.getInputProps('fullName')} />
      <TagsInput
        label={words.groups}
        description={words.groupsHelp}
        data={known}
        {...form.getInputProps('groups')}
      />
      <Switch label={words.enabled} {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </FormModal>
  );
}

/** A password of somebody else: he is logged out everywhere. */
export function SetPassword({ user: { name }, onClose }: UserFormProps) {
  const form = useForm({ initialValues: { password: '' } });
  return (
    <FormModal
      title={words.setPasswordOf(name)}
      verb={words.setPassword}
      form={form}
      done={words.passwordSet(name)}
      onClose={onClose}
      onSubmit={async (body) => {
        await call('user.password', { params: { user: name }, body });
        outdated('user.list');
      }}
    >
      <PasswordInput
        label={words.newPassword}
        autoComplete="new-password"
        required
        data-autofocus
        visibilityToggleButtonProps={{ 'aria-label': text.login.showPassword }}
        {...form.getInputProps('password')}
      />
    </FormModal>
  );
}
