import type { FirewallRuleUse } from '@insula/contract';
import { ActionIcon, Badge, Group, Menu, Stack, Text, Tooltip } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { readings } from '../../../calls/readings.ts';
import { outdated, useRead } from '../../../calls/reads.ts';
import { Action } from '../../../parts/action.tsx';
import { edit } from '../../../parts/acts.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { formatNumber } from '../../../parts/format.ts';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { RowMenu } from '../../../parts/row-menu.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';
import { FirewallPolicyForm } from './firewall-policy.tsx';
import { FirewallRuleForm } from './firewall-rule-form.tsx';
import { isAbout, placeBeside } from './firewall-rules.ts';

/** The rules of the node that are about this VE, in their order, and what becomes of what no rule is about. */
export function FirewallPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('firewall.list');
  const mayWatch = refusal('readings') === null;
  const { data, error } = useRead('firewall.list', {}, { enabled: refused === null });
  const [edits, setEdits] = useState<FirewallRuleUse | 'new' | null>(null);
  const [removes, setRemoves] = useState<FirewallRuleUse | null>(null);
  // counters have no events of their own
  useEffect(
    () => (mayWatch && refused === null ? readings.watch(() => outdated('firewall.list')) : undefined),
    [mayWatch, refused],
  );
  if (refused !== null) return <Refused reason={refused} />;
  const words = text.firewall;
  const changing = refusal('firewall.change');
  const rules = data?.filter((rule) => isAbout(rule, ve));
  const change = async (rule: FirewallRuleUse, body: { position?: number; enabled?: boolean }) => {
    await edit('firewall.change', { params: { rule: String(rule.id) }, body });
    outdated('firewall.list');
  };
  const remove = async ({ id }: FirewallRuleUse) => {
    await edit('firewall.remove', { params: { rule: String(id) } }, words.removed);
    outdated('firewall.list');
  };
  const mover = (rule: FirewallRuleUse, direction: 'up' | 'down') => {
    const place = placeBeside(rules ?? [], rule, direction);
    const reason = changing ?? (place === null ? words.noPlace[direction] : null);
    const Arrow = direction === 'up' ? ArrowUp : ArrowDown;
    const label = words.move[direction](rule.position);
    return (
      <Tooltip label={reason ?? label}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={label}
          {...(reason === null
            ? { onClick: () => void change(rule, { position: place ?? rule.position }) }
            : { 'data-disabled': true, 'aria-disabled': true, 'aria-description': reason })}
        >
          <Arrow size={14} />
        </ActionIcon>
      </Tooltip>
    );
  };
  return (
    <Stack gap="md">
      <Section
        title={words.rules}
        actions={
          <Action refusal={refusal('firewall.add')} onClick={() => setEdits('new')}>
            {words.add}
          </Action>
        }
      >
        <Text size="sm" c="dimmed" mb="sm">
          {words.help}
        </Text>
        <PlainTable
          label={words.rules}
          rows={rules}
          error={error}
          rowKey={({ id }) => id}
          empty={words.none}
          minWidth={840}
          columns={[
            { title: words.place, align: 'right', width: 60, cell: ({ position }) => position },
            {
              title: words.action,
              width: 130,
              cell: ({ action, enabled }) => (
                <Group gap={6} wrap="nowrap">
                  <Text size="sm" fw={500} td={enabled ? 'none' : 'line-through'}>
                    {words.actions[action]}
                  </Text>
                  {!enabled && (
                    <Badge size="xs" variant="default">
                      {words.off}
                    </Badge>
                  )}
                </Group>
              ),
            },
            { title: words.direction, width: 110, cell: ({ direction }) => words.directions[direction] },
            { title: words.ves, cell: ({ ves }) => ves.join(', ') || words.allVes },
            { title: words.remote, cell: ({ remote }) => remote.join(', ') || words.anybody },
            {
              title: words.packets,
              width: 150,
              cell: ({ protocol, ports }) =>
                ports.length === 0 ? words.protocols[protocol] : `${protocol} ${ports.join(', ')}`,
            },
            {
              title: words.met,
              align: 'right',
              width: 80,
              cell: ({ packets }) => formatNumber(packets),
            },
            { title: words.comment, cell: ({ comment }) => comment },
          ]}
          actions={(rule) => (
            <Group gap={2} justify="flex-end" wrap="nowrap">
              {mover(rule, 'up')}
              {mover(rule, 'down')}
              <RowMenu label={words.actionsOf(rule.position)}>
                <MenuItem reason={changing} onClick={() => setEdits(rule)}>
                  {words.change}
                </MenuItem>
                <MenuItem reason={changing} onClick={() => void change(rule, { enabled: !rule.enabled })}>
                  {rule.enabled ? words.switchOff : words.switchOn}
                </MenuItem>
                <Menu.Divider />
                <MenuItem reason={refusal('firewall.remove')} color="red" onClick={() => setRemoves(rule)}>
                  {words.remove}
                </MenuItem>
              </RowMenu>
            </Group>
          )}
        />
      </Section>
      <FirewallPolicyForm />
      {edits !== null && (
        <FirewallRuleForm ve={ve} rule={edits === 'new' ? null : edits} onClose={() => setEdits(null)} />
      )}
      {removes !== null && (
        <Confirm
          title={words.removeTitle(removes.position)}
          help={removes.ves.length === 1 ? words.removeHelp : words.removeSharedHelp}
          verb={words.remove}
          onClose={() => setRemoves(null)}
          onConfirm={() => void remove(removes)}
        />
      )}
    </Stack>
  );
}
