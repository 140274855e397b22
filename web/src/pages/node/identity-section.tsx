import { Button, CopyButton, Skeleton, Stack, Text } from '@mantine/core';
import { useFreshRead } from '../../calls/reads.ts';
import { Facts } from '../../parts/facts.tsx';
import { Failure } from '../../parts/failure.tsx';
import { formatDateTime } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';

/** What another node must know of this one. */
export function IdentitySection() {
  const { data, error } = useFreshRead('node.identity');
  const words = text.peers;
  return (
    <Section
      title={words.own}
      actions={
        data && (
          <CopyButton value={data.fingerprint}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                <Text span inherit aria-live="polite">
                  {copied ? words.copied : words.copy}
                </Text>
              </Button>
            )}
          </CopyButton>
        )
      }
    >
      <Stack gap="sm">
        <Text size="sm">{words.ownHelp}</Text>
        {error && <Failure error={error} />}
        {data === undefined && !error && <Skeleton height={100} />}
        {data && (
          <Facts
            facts={[
              [words.name, data.name],
              [words.port, String(data.port)],
              [words.fingerprint, data.fingerprint],
              [words.validUntil, formatDateTime(data.validUntil)],
              [
                words.link,
                <Dot
                  key="link"
                  tone={data.listening ? 'ok' : 'bad'}
                  label={data.listening ? words.listening : words.deaf}
                />,
              ],
            ]}
          />
        )}
      </Stack>
    </Section>
  );
}
