import type { MigrationCheck } from '@insula/contract';
import { Skeleton, Stack, Text } from '@mantine/core';
import { useFreshRead } from '../../../calls/reads.ts';
import { Failure } from '../../../parts/failure.tsx';
import { Section } from '../../../parts/section.tsx';
import { Dot } from '../../../parts/state-badge.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { BlockerTable, CheckAgain } from './blocker-table.tsx';

const tones = { live: 'ok', 'near-live': 'warn', cold: 'info' } as const;

interface MigrateCheckProps {
  readonly ve: ShownVe;
  readonly check: {
    readonly data: MigrationCheck | undefined;
    readonly error: unknown;
    readonly isFetching: boolean;
    readonly refetch: () => unknown;
  };
}

/** How a VE would move to another node, and everything that keeps it from moving more gently. */
export function MigrateCheck({ ve, check }: MigrateCheckProps) {
  const { data, error, isFetching, refetch } = check;
  const words = text.migrate;
  const isHeld = ve.state === 'running' && data?.blockers.some(({ keepsFrom }) => keepsFrom === 'live');
  // the nodes tell of a problem in a sentence; which process and path it is about is told here
  const { data: saved } = useFreshRead(
    've.checkpoint.check',
    { params: { ve: ve.uuid } },
    { enabled: isHeld === true },
  );
  const detailOf = (problem: string) => saved?.blockers.find((blocker) => blocker.problem === problem);
  return (
    <Section title={words.check} actions={<CheckAgain isBusy={isFetching} onClick={() => void refetch()} />}>
      {error ? (
        <Failure error={error} />
      ) : data === undefined ? (
        <Skeleton height={60} />
      ) : (
        <Stack gap="xs">
          <Dot
            tone={data.mode === null ? 'bad' : tones[data.mode]}
            label={data.mode === null ? words.impossible : words.modes[data.mode]}
          />
          {data.sendsTemplate && <Text size="sm">{words.sendsTemplate}</Text>}
          <BlockerTable
            label={words.blockers}
            empty={words.noBlockers}
            blockers={data.blockers.map((blocker) => ({ ...detailOf(blocker.problem), ...blocker }))}
            consequence={{
              title: words.keepsFrom,
              cell: ({ keepsFrom }) => words.keepsFroms[keepsFrom],
            }}
          />
        </Stack>
      )}
    </Section>
  );
}
