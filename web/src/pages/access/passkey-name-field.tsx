import { TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { text } from '../../text/index.ts';

/** What its user calls a passkey; `input`: the form's own of this field. */
export function PasskeyNameField({ input }: { readonly input: GetInputPropsReturnType }) {
  return (
    <TextInput
      label={text.passkeys.name}
      description={text.passkeys.nameHelp}
      autoComplete="off"
      required
      data-autofocus
      {...input}
    />
  );
}
