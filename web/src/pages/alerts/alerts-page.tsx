import { Stack } from '@mantine/core';
import { useRefusal } from '../../access/who.tsx';
import { Page } from '../../parts/page.tsx';
import { text } from '../../text/index.ts';
import { MutesSection } from './mutes-section.tsx';
import { NowSection } from './now-section.tsx';
import { PastSection } from './past-section.tsx';
import { ReceiversSection } from './receivers-section.tsx';
import { RulesSection } from './rules-section.tsx';

/** What is wrong and was, when somebody is told of it, and who. */
export function AlertsPage() {
  const refusal = useRefusal();
  return (
    <Page title={text.alertsPage.title} refusal={refusal('alert.rule.list')}>
      <Stack gap="md">
        <NowSection />
        <MutesSection />
        <RulesSection />
        {refusal('alert.receiver.list') === null && <ReceiversSection />}
        <PastSection />
      </Stack>
    </Page>
  );
}
