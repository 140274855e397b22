import type { CheckpointCheck } from '@insula/contract';
import { Button, Text } from '@mantine/core';
import { sentence } from '../../../parts/failure.tsx';
import { Named } from '../../../parts/named.tsx';
import { type PlainColumn, PlainTable } from '../../../parts/plain-table.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';

type Detail = CheckpointCheck['blockers'][number];

/** Something that is in the way of a VE, with what is known of where it is. */
type Blocker = Pick<Detail, 'problem' | 'remedy'> & Partial<Detail>;

interface BlockerTableProps<Row extends Blocker> {
  readonly label: string;
  readonly blockers: readonly Row[];
  readonly empty: string;
  readonly consequence?: PlainColumn<Row>;
}

/** What is in the way of a VE: the problem and what helps, the process, and the path or name in question. */
export function BlockerTable<Row extends Blocker>({
  label,
  blockers,
  empty,
  consequence,
}: BlockerTableProps<Row>) {
  const words = text.checks;
  return (
    <PlainTable
      label={label}
      rows={blockers}
      rowKey={({ problem, pid, subject }) => `${problem} ${pid} ${subject}`}
      empty={empty}
      minWidth={520}
      columns={[
        {
          title: words.problem,
          cell: ({ problem, remedy, passing }) => (
            <>
              <Named name={sentence(visibleText(problem))} note={sentence(visibleText(remedy))} />
              {passing === true && (
                <Text size="xs" c="dimmed">
                  {words.passing}
                </Text>
              )}
            </>
          ),
        },
        {
          title: words.process,
          width: 120,
          cell: ({ pid, command }) => (pid == null ? '' : `${visibleText(command ?? '')} (${pid})`),
        },
        {
          title: words.where,
          width: 150,
          cell: ({ kind, subject }) =>
            kind === undefined || kind === 'process' ? (
              ''
            ) : (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {`${words.kinds[kind]}: ${visibleText(subject ?? '')}`}
              </Text>
            ),
        },
        ...(consequence === undefined ? [] : [consequence]),
      ]}
    />
  );
}

interface CheckAgainProps {
  readonly isBusy: boolean;
  readonly onClick: () => void;
}

/** Looks once more, after something was done about what was found. */
export function CheckAgain({ isBusy, onClick }: CheckAgainProps) {
  return (
    <Button variant="default" loading={isBusy} onClick={onClick}>
      {text.checks.again}
    </Button>
  );
}
