import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { X } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';
import { act, change } from '../../parts/acts.ts';
import { Facts } from '../../parts/facts.tsx';
import { sentence } from '../../parts/failure.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import type { PanelProps, ShownVe } from './tabs.ts';

export function NetworkPanel({ ve }: PanelProps) {
  const { data, error } = useRead('ve.netif.list', { params: { ve: ve.uuid } });
  const words = text.network;
  return (
    <Stack gap="md">
      <Section title={words.addresses}>
        <Addresses ve={ve} />
      </Section>
      <Section title={words.interfaces}>
        <PlainTable
          label={words.interfaces}
          rows={data}
          error={error}
          rowKey={({ name }) => name}
          empty={words.noInterfaces}
          minWidth={560}
          columns={[
            { title: words.name, cell: ({ name }) => name },
            { title: words.kind, cell: ({ kind }) => kind },
            { title: words.device, cell: ({ device }) => device },
            { title: words.mac, cell: ({ mac }) => mac },
            { title: words.addresses, cell: (row) => (row.dhcp ? 'DHCP' : row.addresses.join(', ')) },
            { title: words.state, cell: ({ state }) => state },
          ]}
        />
      </Section>
      <Section title={words.settings}>
        <Facts
          facts={[
            [words.nameServers, ve.dns.servers.join(', ') || words.ofNode],
            [words.searchDomains, ve.dns.search.join(', ') || text.common.none],
            [words.forwards, ve.forwards.join(', ') || text.common.none],
            [words.rates, ve.rates.join(', ') || text.common.unlimited],
            [words.groups, ve.groups.join(', ') || text.common.none],
            [words.netfilter, ve.netfilter],
          ]}
        />
      </Section>
    </Stack>
  );
}

function Addresses({ ve }: { readonly ve: ShownVe }) {
  const refusal = useRefusal();
  const removal = refusal('ve.address.remove', ve);
  const addition = refusal('ve.address.add', ve);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const addresses = typed.split(/[\s,]+/).filter(Boolean);
      await change('ve.address.add', { params: { ve: ve.uuid }, body: { addresses } });
      setTyped('');
    } catch (error) {
      setProblem(sentence(error instanceof Error ? error.message : String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="sm">
      {ve.addresses.length === 0 && (
        <Text size="sm" c="dimmed">
          {text.network.noAddresses}
        </Text>
      )}
      {ve.addresses.map((address) => (
        <Group key={address} gap="xs">
          <Text size="sm" ff="monospace">
            {address}
          </Text>
          <Tooltip label={removal ?? text.network.remove(address)}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={text.network.remove(address)}
              {...(removal === null
                ? {
                    onClick: () =>
                      void act('ve.address.remove', {
                        params: { ve: ve.uuid },
                        body: { addresses: [address] },
                      }),
                  }
                : { 'data-disabled': true, 'aria-disabled': true, 'aria-description': removal })}
            >
              <X size={13} />
            </ActionIcon>
          </Tooltip>
        </Group>
      ))}
      {addition === null && (
        <form onSubmit={(event) => void submit(event)}>
          <Group gap="xs" align="flex-start">
            <TextInput
              size="xs"
              w={260}
              aria-label={text.network.address}
              placeholder={text.network.addressExample}
              value={typed}
              onChange={({ currentTarget: { value } }) => setTyped(value)}
              error={problem}
            />
            <Button type="submit" variant="default" disabled={typed.trim() === ''} loading={busy}>
              {text.network.add}
            </Button>
          </Group>
        </form>
      )}
    </Stack>
  );
}
