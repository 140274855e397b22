import type { AlertMute } from '@insula/contract';
import { useRefusal } from '../../access/who.tsx';
import { useFreshRead, useRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { formatDateTime } from '../../parts/format.ts';
import { Named } from '../../parts/named.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { mute } from './mute-items.tsx';
import type { OfAlertsProps } from './now-section.tsx';

/** What nobody is told of, and until when. It is not there when everything is told. */
export function MutesSection({ ve }: OfAlertsProps) {
  const refusal = useRefusal();
  const words = text.alerts;
  const { data, error } = useFreshRead('alert.mute.list');
  const mayKnowRules = refusal('alert.rule.list') === null;
  const { data: rules = [] } = useRead('alert.rule.list', {}, { enabled: mayKnowRules });
  const { data: alerts = [] } = useRead('alert.list');
  // owners do not see rules, but alerts name theirs
  const names = new Map([
    ...alerts.map(({ rule, ruleName }) => [rule, ruleName] as const),
    ...rules.map(({ id, name }) => [id, name] as const),
  ]);
  const rows = ve === undefined ? data : data?.filter((muted) => muted.ve === null || muted.ve === ve.name);
  if (!error && (rows ?? []).length === 0) return null;
  const ruleOf = ({ rule }: AlertMute) =>
    rule === null ? words.allRules : (names.get(rule) ?? words.ruleNumber(rule));
  const targetOf = (name: string) => ve ?? { uuid: name, name };
  return (
    <Section title={words.mutes}>
      <PlainTable
        label={words.mutes}
        rows={rows}
        error={error}
        rowKey={({ rule, ve: name }) => `${rule} ${name}`}
        empty=""
        narrowWidth={300}
        columns={[
          {
            title: words.rule,
            cell: (muted) => <Named name={ruleOf(muted)} note={muted.ve ?? words.everywhere} />,
          },
          { title: words.until, cell: ({ until }) => formatDateTime(until) },
        ]}
        actions={({ rule, ve: name }) => (
          <Action
            refusal={refusal('alert.mute', name === null ? undefined : targetOf(name))}
            onClick={() =>
              void mute({ ...(rule === null ? {} : { rule }), ...(name === null ? {} : { ve: name }) }, 0)
            }
          >
            {words.tellAgain}
          </Action>
        )}
      />
    </Section>
  );
}
