import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../calls/client.ts';
import { outdated } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';
import type { ShownVe } from './tabs.ts';

interface PasswordModalProps {
  readonly ve: ShownVe;
  /** Whose it is at first. */
  readonly account?: string;
  readonly onClose: () => void;
}

/** Sets the password of an account inside; who may do that need not know the one until now. */
export function PasswordModal({ ve, account = 'root', onClose }: PasswordModalProps) {
  const words = text.password;
  const form = useForm({ initialValues: { account, password: '' } });
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.submit}
      form={form}
      isReady={form.values.password !== ''}
      onSubmit={async (body) => {
        await call('ve.password', { params: { ve: ve.uuid }, body });
        outdated('account.list');
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
