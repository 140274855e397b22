import { ActionIcon, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { X } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { Action } from '../../../parts/action.tsx';
import { act, change } from '../../../parts/acts.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { sentence } from '../../../parts/failure.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';
import { listTyped } from '../firewall/firewall-rules.ts';
import type { PanelProps } from '../tabs.ts';

const words = text.network;

/** The addresses of the routed link. */
export function AddressesSection({ ve }: PanelProps) {
  const refusal = useRefusal()('ve.address.remove', ve);
  const [removes, setRemoves] = useState<string | null>(null);
  return (
    <Section title={words.addresses}>
      <Stack gap="sm">
        {ve.addresses.length === 0 && (
          <Text size="sm" c="dimmed">
            {words.noAddresses}
          </Text>
        )}
        {ve.addresses.map((address) => (
          <Group key={address} gap="xs">
            <Text size="sm" ff="monospace">
              {address}
            </Text>
            <Tooltip label={refusal ?? words.remove(address)}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={words.remove(address)}
                {...(refusal === null
                  ? { onClick: () => setRemoves(address) }
                  : { 'data-disabled': true, 'aria-disabled': true, 'aria-description': refusal })}
              >
                <X size={13} />
              </ActionIcon>
            </Tooltip>
          </Group>
        ))}
        <AddressForm ve={ve} />
      </Stack>
      {removes !== null && (
        <Confirm
          title={words.removeTitle(removes)}
          help={words.removeHelp}
          verb={words.removeVerb}
          onClose={() => setRemoves(null)}
          onConfirm={() =>
            void act('ve.address.remove', { params: { ve: ve.uuid }, body: { addresses: [removes] } })
          }
        />
      )}
    </Section>
  );
}

function AddressForm({ ve }: PanelProps) {
  const refusal = useRefusal()('ve.address.add', ve);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (refusal !== null) return;
    setBusy(true);
    setProblem(null);
    try {
      await change('ve.address.add', { params: { ve: ve.uuid }, body: { addresses: listTyped(typed) } });
      setTyped('');
    } catch (error) {
      setProblem(sentence(error instanceof Error ? error.message : String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group gap="xs" align="flex-start">
        <TextInput
          size="xs"
          w={260}
          aria-label={words.address}
          placeholder={words.addressExample}
          value={typed}
          onChange={({ currentTarget: { value } }) => setTyped(value)}
          error={problem}
          disabled={refusal !== null}
        />
        <Action
          type="submit"
          refusal={refusal}
          disabled={refusal === null && typed.trim() === ''}
          loading={busy}
        >
          {words.add}
        </Action>
      </Group>
    </form>
  );
}
