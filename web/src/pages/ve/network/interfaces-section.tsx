import type { InterfaceView } from '@insula/contract';
import { Menu, Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { outdated, useRead } from '../../../calls/reads.ts';
import { Action } from '../../../parts/action.tsx';
import { act } from '../../../parts/acts.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { Named } from '../../../parts/named.tsx';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { RowMenu } from '../../../parts/row-menu.tsx';
import { Section } from '../../../parts/section.tsx';
import { Dot } from '../../../parts/state-badge.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';
import { InterfaceForm } from './interface-form.tsx';

const words = text.interfaces;
const tones = { up: 'ok', 'cut off': 'bad', missing: 'bad', stopped: 'idle' } as const;

/** Interfaces beside the routed link. */
export function InterfacesSection({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('ve.netif.list', ve);
  const { data, error } = useRead(
    've.netif.list',
    { params: { ve: ve.uuid } },
    { enabled: refused === null },
  );
  const [edits, setEdits] = useState<InterfaceView | 'new' | null>(null);
  const [removes, setRemoves] = useState<InterfaceView | null>(null);
  const remove = async ({ name }: InterfaceView) => {
    await act('ve.netif.remove', { params: { ve: ve.uuid, interface: name } }, words.removed(name));
    outdated('ve.netif.list');
  };
  return (
    <Section
      title={words.title}
      actions={
        <Action refusal={refusal('ve.netif.add', ve)} onClick={() => setEdits('new')}>
          {words.add}
        </Action>
      }
    >
      {refused !== null ? (
        <Refused reason={refused} />
      ) : (
        <PlainTable
          label={words.title}
          rows={data}
          error={error}
          rowKey={({ name }) => name}
          empty={words.none}
          minWidth={720}
          narrowWidth={420}
          columns={[
            {
              title: words.name,
              cell: ({ name, kind, device }) => (
                <Named name={name} note={words.on(words.kinds[kind], device)} />
              ),
            },
            { title: words.addresses, cell: (row) => <Addresses row={row} /> },
            { title: words.mac, isWide: true, cell: ({ mac }) => mac },
            { title: words.mtu, isWide: true, width: 70, cell: ({ mtu }) => mtu ?? '–' },
            {
              title: words.filter,
              isWide: true,
              width: 70,
              cell: ({ filter }) => (filter ? words.filters.on : words.filters.off),
            },
            {
              title: words.state,
              width: 110,
              cell: ({ state }) => <Dot tone={tones[state]} label={words.states[state]} />,
            },
          ]}
          actions={(row) => (
            <RowMenu label={words.actionsOf(row.name)}>
              <MenuItem reason={refusal('ve.netif.set', ve)} onClick={() => setEdits(row)}>
                {words.change}
              </MenuItem>
              <Menu.Divider />
              <MenuItem reason={refusal('ve.netif.remove', ve)} color="red" onClick={() => setRemoves(row)}>
                {words.remove}
              </MenuItem>
            </RowMenu>
          )}
        />
      )}
      {edits !== null && (
        <InterfaceForm ve={ve} shown={edits === 'new' ? null : edits} onClose={() => setEdits(null)} />
      )}
      {removes !== null && (
        <Confirm
          title={words.removeTitle(removes.name)}
          help={words.removeHelp}
          verb={words.remove}
          onClose={() => setRemoves(null)}
          onConfirm={() => void remove(removes)}
        />
      )}
    </Section>
  );
}

function Addresses({ row: { addresses, dhcp, gateway, gateway6 } }: { readonly row: InterfaceView }) {
  const gateways = [gateway, gateway6].filter((one) => one !== null);
  return (
    <>
      {[...(dhcp ? [words.dhcp] : []), ...addresses].map((address) => (
        <Text key={address} size="sm">
          {address}
        </Text>
      ))}
      {gateways.map((one) => (
        <Text key={one} size="xs" c="dimmed">
          {words.via(one)}
        </Text>
      ))}
    </>
  );
}
