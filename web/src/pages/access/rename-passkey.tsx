import type { Passkey } from '@insula/contract';
import { useForm } from '@mantine/form';
import { call } from '../../calls/client.ts';
import { outdated } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';
import { PasskeyNameField } from './passkey-name-field.tsx';

interface RenamePasskeyProps {
  readonly passkey: Passkey;
  readonly onClose: () => void;
}

export function RenamePasskey({ passkey, onClose }: RenamePasskeyProps) {
  const words = text.passkeys;
  const form = useForm({ initialValues: { name: passkey.name } });
  return (
    <FormModal
      title={words.renameOf(passkey.name)}
      verb={words.rename}
      form={form}
      done={words.renamed(form.values.name)}
      onClose={onClose}
      onSubmit={async (body) => {
        await call('passkey.set', { params: { passkey: passkey.id }, body });
        outdated('passkey.list');
      }}
    >
      <PasskeyNameField input={form.getInputProps('name')} />
    </FormModal>
  );
}
