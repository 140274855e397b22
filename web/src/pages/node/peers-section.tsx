import { Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { EvacuateForm } from './evacuate-form.tsx';
import { TrustForm } from './trust-form.tsx';

/** The nodes that VEs may be sent to and taken from. */
export function PeersSection() {
  const { data, error } = useFreshRead('peer.list');
  const refusal = useRefusal();
  const [form, setForm] = useState<'trust' | 'evacuate' | null>(null);
  const [askName, question] = useConfirmName();
  const words = text.peers;
  const close = () => setForm(null);
  const forget = (peer: string) =>
    askName({
      title: words.forgetTitle(peer),
      help: words.forgetHelp,
      name: peer,
      verb: words.forget,
      onConfirm: async () => {
        await edit('peer.forget', { params: { peer } }, words.forgotten(peer));
        outdated('peer.list');
      },
    });
  return (
    <Section
      title={words.title}
      actions={
        <>
          <Action refusal={refusal('peer.trust')} onClick={() => setForm('trust')}>
            {words.trust}
          </Action>
          <Action
            refusal={refusal('node.evacuate') ?? (data?.length === 0 ? words.none : null)}
            onClick={() => setForm('evacuate')}
          >
            {words.evacuate}
          </Action>
        </>
      }
    >
      <PlainTable
        label={words.title}
        rows={data}
        error={error}
        rowKey={({ name }) => name}
        empty={words.none}
        minWidth={680}
        columns={[
          { title: words.name, cell: ({ name }) => name },
          { title: words.address, cell: ({ address }) => address },
          { title: words.port, align: 'right', cell: ({ port }) => port },
          {
            title: words.fingerprint,
            cell: ({ fingerprint }) => (
              <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                {fingerprint}
              </Text>
            ),
          },
        ]}
        actions={({ name }) => (
          <Action refusal={refusal('peer.forget')} onClick={() => forget(name)}>
            {words.forget}
          </Action>
        )}
      />
      {form === 'trust' && <TrustForm onClose={close} />}
      {form === 'evacuate' && <EvacuateForm peers={data ?? []} onClose={close} />}
      {question}
    </Section>
  );
}
