import type { AlertReceiver } from '@insula/contract';
import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { call } from '../../calls/client.ts';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { text } from '../../text/index.ts';

/** Who is told of alerts. */
export function ReceiversSection() {
  const refusal = useRefusal();
  const { data, error } = useFreshRead('alert.receiver.list');
  const [adds, setAdds] = useState(false);
  const [askName, question] = useConfirmName();
  const words = text.alertsPage;
  const remove = (receiver: string) =>
    askName({
      title: words.removeReceiverTitle(receiver),
      help: words.removeReceiverHelp,
      name: receiver,
      verb: text.common.delete,
      onConfirm: async () => {
        await edit('alert.receiver.remove', { params: { receiver } }, text.common.deleted(receiver));
        outdated('alert.receiver.list');
      },
    });
  return (
    <Section
      title={words.receivers}
      actions={
        <Action refusal={refusal('alert.receiver.add')} onClick={() => setAdds(true)}>
          {words.addReceiver}
        </Action>
      }
    >
      <PlainTable
        label={words.receivers}
        rows={data}
        error={error}
        rowKey={({ name }) => name}
        empty={words.noReceivers}
        columns={[
          { title: words.receiver, cell: ({ name }) => name },
          { title: words.kind, cell: ({ kind }) => words.kinds[kind] },
          { title: words.address, cell: ({ address }) => address },
          { title: words.from, cell: ({ from }) => text.alertLevels[from] },
        ]}
        actions={({ name }) => (
          <Action refusal={refusal('alert.receiver.remove')} onClick={() => remove(name)}>
            {text.common.delete}
          </Action>
        )}
      />
      {adds && <ReceiverForm onClose={() => setAdds(false)} />}
      {question}
    </Section>
  );
}

/** The secret of a webhook is shown once. */
function ReceiverForm({ onClose }: { readonly onClose: () => void }) {
  const words = text.alertsPage;
  const form = useForm({
    initialValues: {
      name: '',
      kind: 'email' as AlertReceiver['kind'],
      address: '',
      from: 'red' as AlertReceiver['from'],
    },
  });
  const [secret, setSecret] = useState<string | null>(null);
  if (secret !== null)
    return <ShownOnce label={words.secret} help={words.secretHelp} secret={secret} onClose={onClose} />;
  return (
    <FormModal
      title={words.addReceiver}
      verb={words.addReceiver}
      form={form}
      stays
      onClose={onClose}
      onSubmit={async (body) => {
        const added = await call('alert.receiver.add', { body });
        outdated('alert.receiver.list');
        if (added.secret === null) onClose();
        else setSecret(added.secret);
      }}
    >
      <TextInput label={words.receiver} required data-autofocus {...form.getInputProps('name')} />
      <Select
        label={words.kind}
        allowDeselect={false}
        data={(['email', 'webhook'] as const).map((value) => ({ value, label: words.kinds[value] }))}
        {...form.getInputProps('kind')}
      />
      <TextInput
        label={words.address}
        description={words.addressHelp}
        required
        {...form.getInputProps('address')}
      />
      <Select
        label={words.from}
        allowDeselect={false}
        data={(['yellow', 'red', 'black'] as const).map((value) => ({
          value,
          label: text.alertLevels[value],
        }))}
        {...form.getInputProps('from')}
      />
    </FormModal>
  );
}
