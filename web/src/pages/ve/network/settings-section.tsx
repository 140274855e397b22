import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { Action } from '../../../parts/action.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';
import { SettingsForm } from './settings-form.tsx';

/** What holds for all of the network of a VE. */
export function SettingsSection({ ve }: PanelProps) {
  const { networkSettings: words, common } = text;
  const refusal = useRefusal()('ve.set', ve);
  const [edits, setEdits] = useState(false);
  const rates = ve.rates.join(', ');
  return (
    <Section
      title={words.title}
      actions={
        <Action refusal={refusal} onClick={() => setEdits(true)}>
          {words.edit}
        </Action>
      }
    >
      <Facts
        facts={[
          [words.nameServers, ve.dns.servers.join(', ') || words.ofNode],
          [words.searchDomains, ve.dns.search.join(', ') || common.none],
          [words.forwards, ve.forwards.join(', ') || common.none],
          [words.rates, rates === '' ? common.unlimited : ve.ratebound ? words.isBound(rates) : rates],
          [words.groups, ve.groups.join(', ') || common.none],
          [words.netfilter, words.levels[ve.netfilter]],
        ]}
      />
      {edits && <SettingsForm ve={ve} onClose={() => setEdits(false)} />}
    </Section>
  );
}
