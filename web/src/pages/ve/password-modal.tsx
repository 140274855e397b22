import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../calls/client.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';
import type { ShownVe } from './tabs.ts';

interface PasswordModalProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Sets the password of an account inside; who may do that need not know the one until now. */
export function PasswordModal({ ve, onClose }: PasswordModalProps) {
  const words = text.password;
  const form = useForm({ initialValues: { account: 'root', password: '' } });
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.submit}
      form={form}
      isReady={form.values.password !== ''}
      onSubmit={async ({ account, password }) => {
        await call('ve.password', { params: { ve: ve.uuid }, body: { account, password } });
      }}
      done={words.done(form.values.account)}
      onClose={onClose}
    >
      <Text size="sm">{words.help}</Text>
      <TextInput
        label={words.account}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...form.getInputProps('account')}
      />
      <PasswordInput
        label={words.password}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': text.login.showPassword }}
        data-autofocus
        {...form.getInputProps('password')}
      />
    </FormModal>
  );
}
