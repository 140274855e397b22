import { NumberInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../calls/client.ts';
import { outdated } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';

/** Where nodes listen for each other unless their configuration says otherwise. */
const usualPort = 4434;

/** Lets another node send VEs here and take VEs from here. */
export function TrustForm({ onClose }: { readonly onClose: () => void }) {
  const words = text.peers;
  const form = useForm({ initialValues: { name: '', address: '', port: usualPort, fingerprint: '' } });
  const plain = { autoComplete: 'off', spellCheck: false, required: true } as const;
  return (
    <FormModal
      title={words.trust}
      verb={words.trust}
      form={form}
      done={words.trusted(form.values.name)}
      onClose={onClose}
      onSubmit={async ({ name, address, port, fingerprint }) => {
        // what is copied from elsewhere brings its line feed along
        const body = { name: name.trim(), address: address.trim(), port, fingerprint: fingerprint.trim() };
        await call('peer.trust', { body });
        outdated('peer.list');
      }}
    >
      <Text size="sm">{words.trustHelp}</Text>
      <TextInput
        label={words.name}
        description={words.nameHelp}
        data-autofocus
        {...plain}
        {...form.getInputProps('name')}
      />
      <TextInput label={words.address} {...plain} {...form.getInputProps('address')} />
      <NumberInput
        label={words.port}
        required
        min={1}
        max={65_535}
        allowDecimal={false}
        {...form.getInputProps('port')}
      />
      <TextInput
        label={words.fingerprint}
        description={words.fingerprintHelp}
        {...plain}
        {...form.getInputProps('fingerprint')}
      />
    </FormModal>
  );
}
