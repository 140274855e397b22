import { CodedError, type Operation } from '@insula/contract';
import { Anchor, Grid, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link, useParams } from '@tanstack/react-router';
import { useRefusal } from '../../access/who.tsx';
import { isFinished } from '../../calls/follow.ts';
import { useRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { Facts } from '../../parts/facts.tsx';
import { Failure } from '../../parts/failure.tsx';
import { formatDateTime } from '../../parts/format.ts';
import { operationTitle } from '../../parts/operation-title.ts';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { OperationBadge } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import { OperationLog } from './operation-log.tsx';
import { tookText } from './operation-table.tsx';
import { StepList } from './step-list.tsx';

/** One operation while it runs and afterwards: its steps, what its tools say, and how to end it. */
export function OperationPage() {
  const { operation: id } = useParams({ from: '/operations/$operation' });
  const { data, error, refetch } = useRead('operation.show', { params: { operation: id } });
  if (error)
    return (
      <Page title={text.operations.title}>
        <Failure error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (data === undefined)
    return (
      <Page title={text.operations.title}>
        <Skeleton height={240} />
      </Page>
    );
  return (
    <Page title={operationTitle(data)} actions={<CancelButton operation={data} />}>
      <Stack gap="md">
        {!isFinished(data) && (
          <Progress value={data.progress * 100} aria-label={text.operations.progress} animated />
        )}
        {data.error && <Failure error={CodedError.fromProblem(data.error)} />}
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Stack gap="md">
              <Section title={text.operations.what}>
                <Summary operation={data} />
              </Section>
              <Section title={text.operations.steps}>
                <StepList steps={data.steps} />
              </Section>
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Section title={text.operations.log}>
              <OperationLog lines={data.log} />
            </Section>
          </Grid.Col>
        </Grid>
      </Stack>
    </Page>
  );
}

function Summary({ operation }: { readonly operation: Operation }) {
  const { target, state, createdAt, startedAt, endedAt, message, recovery } = operation;
  return (
    <Facts
      facts={[
        [text.operations.state, <OperationBadge key="state" state={state} />],
        [
          text.ve.name,
          target.kind === 've' ? (
            <Anchor
              key="target"
              size="sm"
              renderRoot={(props) => <Link to="/ves/$ve" params={{ ve: target.id }} {...props} />}
            >
              {target.name}
            </Anchor>
          ) : (
            target.name
          ),
        ],
        [text.operations.begun, formatDateTime(createdAt)],
        [text.operations.took, tookText(startedAt, endedAt) || null],
        [text.operations.message, message],
        ['', recovery === null ? null : recoveryText(recovery)],
      ]}
    />
  );
}

function recoveryText(recovery: 'resumed' | 'rolled-back') {
  return (
    <Text size="sm">{recovery === 'resumed' ? text.operations.resumed : text.operations.rolledBack}</Text>
  );
}

function CancelButton({ operation }: { readonly operation: Operation }) {
  const refusal = useRefusal()('operation.cancel', {
    uuid: operation.target.id,
  });
  if (isFinished(operation)) return null;
  const reason = refusal ?? (operation.cancellable ? null : text.operations.notCancellable);
  const cancel = async () => {
    if (await edit('operation.cancel', { params: { operation: operation.id } }))
      notifications.show({ message: text.operations.cancelled, color: 'teal' });
  };
  return (
    <Action color="red" variant="light" refusal={reason} onClick={() => void cancel()}>
      {text.operations.cancel}
    </Action>
  );
}
