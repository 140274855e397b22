import type { NodeEvent } from '@insula/contract';
import { Anchor, Card, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { recentEvents } from '../calls/recent-events.ts';
import { formatClock, formatDateTime } from '../parts/format.ts';
import { callTitle, operationTitle } from '../parts/operation-title.ts';
import { Page } from '../parts/page.tsx';
import { text } from '../text/index.ts';

/** What has happened since the panel was opened, newest first. */
export function EventsPage() {
  const events = useSyncExternalStore(recentEvents.subscribe, recentEvents.list);
  return (
    <Page title={text.events.title}>
      {events.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.events.none}
        </Text>
      ) : (
        <Card p={0}>
          <Table.ScrollContainer type="native" minWidth={480}>
            <Table aria-label={text.events.title}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={110}>{text.events.at}</Table.Th>
                  <Table.Th w={110}>{text.events.kind}</Table.Th>
                  <Table.Th w={180}>{text.events.about}</Table.Th>
                  <Table.Th>{text.events.what}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {events.map((event) => (
                  <Table.Tr key={event.id}>
                    <Table.Td title={formatDateTime(event.at)}>{formatClock(event.at)}</Table.Td>
                    <Table.Td>{text.events.kinds[event.kind]}</Table.Td>
                    <Table.Td>
                      <About event={event} />
                    </Table.Td>
                    <Table.Td>{whatOf(event)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
    </Page>
  );
}

function About({ event }: { readonly event: NodeEvent }) {
  const about =
    event.kind === 'operation'
      ? {
          name: event.operation.target.name,
          uuid: event.operation.target.kind === 've' ? event.operation.target.id : null,
        }
      : { name: event.name ?? (event.kind === 'edit' ? event.user : null), uuid: event.uuid };
  const { name, uuid } = about;
  if (uuid === null) return name;
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/ves/$ve" params={{ ve: uuid }} {...props} />}>
      {name}
    </Anchor>
  );
}

function whatOf(event: NodeEvent): string {
  switch (event.kind) {
    case 've':
      return text.events.ve(event.what, event.ve?.state ?? null);
    case 'operation': {
      const { operation } = event;
      return `${operationTitle(operation)}: ${operation.message || text.operationStates[operation.state]}`;
    }
    case 'refusal':
      return text.events.refusal(
        event.count,
        event.resource,
        event.parameter,
        event.process?.command ?? null,
      );
    case 'alert':
      return text.events.alert(event.alert.ruleName, event.alert.before, event.alert.level);
    case 'edit':
      return callTitle(event.call);
  }
}
