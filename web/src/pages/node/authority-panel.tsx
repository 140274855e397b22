import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { Facts } from '../../parts/facts.tsx';
import { Failure } from '../../parts/failure.tsx';
import { formatDateTime } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

/** What clients check the API with. */
export function AuthorityPanel() {
  const refusal = useRefusal()('authority.renew');
  const { data, error } = useFreshRead('authority.show');
  const words = text.nodePage.authority;
  const pem = data?.certificate ?? '';
  const address = useMemo(() => URL.createObjectURL(new Blob([pem])), [pem]);
  const renew = async () => {
    await edit('authority.renew', { body: {} }, words.renewed);
    outdated('authority.show');
  };
  return (
    <Section
      title={words.title}
      actions={
        <>
          {data && (
            <Button variant="default" component="a" href={address} download="insula-authority.pem">
              {words.download}
            </Button>
          )}
          <Action refusal={refusal} onClick={() => void renew()}>
            {words.renew}
          </Action>
        </>
      }
    >
      <Stack gap="sm">
        <Text size="sm">{words.help}</Text>
        {error && <Failure error={error} />}
        {data === undefined && !error && <Skeleton height={60} />}
        {data && (
          <Facts
            facts={[
              [words.fingerprint, data.fingerprint],
              [words.validUntil, formatDateTime(data.validUntil)],
            ]}
          />
        )}
      </Stack>
    </Section>
  );
}
