import type { VeAccount } from '@insula/contract';
import { PasswordInput, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../../calls/client.ts';
import { outdated } from '../../../calls/reads.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { plainInput } from '../../../parts/plain-input.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';

const words = text.accounts;

interface FormProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

export function CreateAccount({ ve, onClose }: FormProps) {
  const form = useForm({
    initialValues: { name: '', fullName: '', groups: [] as string[], password: '' },
  });
  return (
    <FormModal
      title={words.createIn(ve.name)}
      verb={words.create}
      form={form}
      isReady={form.values.name !== ''}
      done={words.saved(form.values.name)}
      onClose={onClose}
      onSubmit={async ({ password, ...account }) => {
        const secret = password === '' ? {} : { password };
        await call('account.create', { params: { ve: ve.uuid }, body: { ...account, ...secret } });
        outdated('account.list');
      }}
    >
      <TextInput label={words.name} required data-autofocus {...plainInput} {...form.getInputProps('name')} />
      <TextInput label={words.fullName} autoComplete="off" {...form.getInputProps('fullName')} />
      <TagsInput label={words.groups} description={words.groupsHelp} {...form.getInputProps('groups')} />
      <PasswordInput
        label={words.password}
        description={words.passwordHelp}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': text.login.showPassword }}
        {...form.getInputProps('password')}
      />
    </FormModal>
  );
}

interface AccountFormProps extends FormProps {
  readonly account: VeAccount;
}

export function ChangeAccount({ ve, account: { name, fullName, shell, groups }, onClose }: AccountFormProps) {
  const form = useForm({ initialValues: { fullName, shell, groups } });
  return (
    <FormModal
      title={words.changeOf(name)}
      verb={text.common.save}
      form={form}
      done={words.saved(name)}
      onClose={onClose}
      onSubmit={async (body) => {
        await call('account.set', { params: { ve: ve.uuid, account: name }, body });
        outdated('account.list');
      }}
    >
      <TextInput label={words.fullName} data-autofocus {...form.getInputProps('fullName')} />
      <TextInput label={words.shell} {...plainInput} {...form.getInputProps('shell')} />
      <TagsInput label={words.groups} description={words.groupsHelp} {...form.getInputProps('groups')} />
    </FormModal>
  );
}

/** Asks for the name, since a home may go with it. */
export function DeleteAccount({ ve, account: { name, home }, onClose }: AccountFormProps) {
  const form = useForm({ initialValues: { typed: '', home: false } });
  return (
    <FormModal
      title={words.deleteTitle(name)}
      verb={words.delete}
      color="red"
      form={form}
      isReady={form.values.typed === name}
      done={words.deleted(name)}
      onClose={onClose}
      onSubmit={async (values) => {
        const query = { home: values.home };
        await call('account.delete', { params: { ve: ve.uuid, account: name }, query });
        outdated('account.list');
      }}
    >
      <Text size="sm">{words.deleteHelp}</Text>
      <Switch label={words.withHome(home)} {...form.getInputProps('home', { type: 'checkbox' })} />
      <TextInput
        label={text.confirm.typeName(name)}
        data-autofocus
        {...plainInput}
        {...form.getInputProps('typed')}
      />
    </FormModal>
  );
}
