import { CodedError, type GuestQuota } from '@insula/contract';
import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { useFreshRead } from '../../../calls/reads.ts';
import { Action } from '../../../parts/action.tsx';
import { sentence } from '../../../parts/failure.tsx';
import { codeOf } from '../../../parts/form-failure.ts';
import { formatBytes, formatNumber } from '../../../parts/format.ts';
import { Named } from '../../../parts/named.tsx';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';
import { QuotaForm } from './quota-form.tsx';

const words = text.quotas;

/** What users and groups inside the VE have of its disk, and may have; in some layouts nothing counts it. */
export function QuotasSection({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('quota.list', ve);
  const { data, error } = useFreshRead(
    'quota.list',
    { params: { ve: ve.uuid } },
    { enabled: refused === null },
  );
  const [edits, setEdits] = useState<GuestQuota | 'new' | null>(null);
  const lack = error instanceof CodedError && codeOf(error) === 'no_quotas' ? error : null;
  const setting = refusal('quota.set', ve) ?? (lack === null ? null : sentence(lack.message));
  return (
    <Section
      title={words.title}
      actions={
        <Action refusal={setting} onClick={() => setEdits('new')}>
          {words.add}
        </Action>
      }
    >
      {refused !== null && <Refused reason={refused} />}
      {lack !== null && (
        <Stack gap={4}>
          <Refused reason={sentence(lack.message)} />
          <Refused reason={sentence(lack.hint)} />
        </Stack>
      )}
      {refused === null && lack === null && (
        <PlainTable
          label={words.title}
          rows={data}
          error={error}
          rowKey={({ kind, id }) => `${kind} ${id}`}
          empty={words.none}
          minWidth={560}
          columns={[
            {
              title: words.who,
              cell: ({ kind, id, name }) => <Named name={name ?? String(id)} note={words.kinds[kind]} />,
            },
            {
              title: words.space,
              cell: ({ usedBytes, softBytes, bytes }) => shareOf(formatBytes, usedBytes, [softBytes, bytes]),
            },
            {
              title: words.files,
              cell: ({ usedInodes, softInodes, inodes }) =>
                shareOf(formatNumber, usedInodes, [softInodes, inodes]),
            },
          ]}
          actions={(quota) => (
            <Action refusal={setting} onClick={() => setEdits(quota)}>
              {words.change}
            </Action>
          )}
        />
      )}
      {edits !== null && (
        <QuotaForm ve={ve} quota={edits === 'new' ? null : edits} onClose={() => setEdits(null)} />
      )}
    </Section>
  );
}

/** What is used of what there may be, in words. */
function shareOf(
  format: (amount: number) => string,
  used: number,
  limits: readonly [soft: number | null, hard: number | null],
): string {
  const [soft, hard] = limits.map((limit) => (limit === null ? null : format(limit)));
  return words.use(format(used), soft ?? null, hard ?? null);
}
