import { PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { registerPasskey } from '../../access/passkeys.ts';
import { outdated } from '../../calls/reads.ts';
import { codeOf } from '../../parts/form-failure.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';
import { PasskeyNameField } from '../access/passkey-name-field.tsx';

/** Has the browser make a passkey. The password is asked for once the node wants it: some time after the login. */
export function RegisterPasskey({ onClose }: { readonly onClose: () => void }) {
  const words = text.passkeys;
  const form = useForm({ initialValues: { name: '', password: '' } });
  const [needsPassword, setNeedsPassword] = useState(false);
  return (
    <FormModal
      title={words.register}
      verb={words.register}
      form={form}
      done={words.registered(form.values.name)}
      onClose={onClose}
      onSubmit={async ({ name, password }) => {
        try {
          await registerPasskey(name, password);
        } catch (error) {
          if (codeOf(error) === 'fresh_login_needed') setNeedsPassword(true);
          throw error;
        }
        outdated('passkey.list');
      }}
    >
      <PasskeyNameField input={form.getInputProps('name')} />
      {needsPassword && (
        <PasswordInput
          label={text.login.password}
          description={words.passwordHelp}
          autoComplete="current-password"
          required
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': text.login.showPassword }}
          {...form.getInputProps('password')}
        />
      )}
    </FormModal>
  );
}
