import { type AccessGrant, privilegeTable } from '@insula/contract';
import { List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { outdated, useRead } from '../../../calls/reads.ts';
import { Action } from '../../../parts/action.tsx';
import { edit } from '../../../parts/acts.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { Failure } from '../../../parts/failure.tsx';
import { formatDateTime } from '../../../parts/format.ts';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps, ShownVe } from '../tabs.ts';
import { GrantForm } from './grant-form.tsx';

/** Who holds what on the VE, be it on it alone, on a group of VEs, or on everything; and what oneself may. */
export function PermissionsPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('grant.list');
  const words = text.permissions;
  const grants = useRead('grant.list', {}, { enabled: refused === null });
  const roles = useRead('role.list');
  const own = useRead('ve.permissions', { params: { ve: ve.uuid } });
  const [adds, setAdds] = useState(false);
  const [removes, setRemoves] = useState<AccessGrant | null>(null);
  const titleOf = (name: string) => roles.data?.find((role) => role.name === name)?.title ?? '';
  const remove = async ({ id }: AccessGrant) => {
    await edit('grant.delete', { params: { grant: id } }, words.takenBack);
    outdated('grant.list', 've.permissions', 'whoami');
  };
  return (
    <Stack gap="md">
      <Section
        title={words.grants}
        actions={
          <Action refusal={refusal('grant.create', ve)} onClick={() => setAdds(true)}>
            {words.add}
          </Action>
        }
      >
        {refused !== null ? (
          <Refused reason={refused} />
        ) : (
          <PlainTable
            label={words.grants}
            rows={grants.data?.filter(({ scope }) => reachesVe(scope, ve))}
            error={grants.error}
            rowKey={({ id }) => id}
            empty={words.none}
            minWidth={640}
            narrowWidth={440}
            columns={[
              { title: words.subject, sortBy: ({ subject }) => subject, cell: ({ subject }) => subject },
              {
                title: words.role,
                sortBy: ({ role }) => role,
                cell: ({ role }) => (
                  <>
                    <Text size="sm">{role}</Text>
                    <Text size="xs" c="dimmed">
                      {titleOf(role)}
                    </Text>
                  </>
                ),
              },
              { title: words.scope, sortBy: ({ scope }) => scope, cell: ({ scope }) => scope },
              {
                title: words.given,
                isWide: true,
                cell: ({ createdBy, createdAt }) => words.by(formatDateTime(createdAt), createdBy),
              },
            ]}
            actions={(grant) => (
              <Action refusal={refusal('grant.delete', ve)} onClick={() => setRemoves(grant)}>
                {words.takeBack}
              </Action>
            )}
          />
        )}
      </Section>
      <Section title={words.own}>
        {own.error && <Failure error={own.error} />}
        {own.data && (
          <List size="sm" spacing={4}>
            {own.data.privileges.map((privilege) => (
              <List.Item key={privilege}>
                <Text size="sm" span ff="monospace">
                  {privilege}
                </Text>
                <Text size="sm" span c="dimmed">
                  {` ${isWithheld(own.data.withheld, privilege) ? text.refusal.policy : privilegeTable[privilege]}`}
                </Text>
              </List.Item>
            ))}
          </List>
        )}
        {own.data && own.data.snapshots !== null && (
          <Text size="sm" mt="sm">
            {words.snapshots(own.data.snapshots)}
          </Text>
        )}
      </Section>
      {adds && <GrantForm ve={ve} onClose={() => setAdds(false)} />}
      {removes !== null && (
        <Confirm
          title={words.takeBackTitle}
          help={words.takeBackHelp(removes.subject, removes.role, removes.scope)}
          verb={words.takeBack}
          onClose={() => setRemoves(null)}
          onConfirm={() => void remove(removes)}
        />
      )}
    </Stack>
  );
}

const isWithheld = (withheld: readonly string[], privilege: string) => withheld.includes(privilege);

/** Whether what is granted on a scope counts for a VE of this node. */
function reachesVe(scope: string, { uuid, name, groups }: ShownVe): boolean {
  const [kind, of = ''] = scope.split(':', 2);
  if (kind === 've') return of === uuid || of === name;
  return kind === 'group' ? groups.includes(of) : true;
}
