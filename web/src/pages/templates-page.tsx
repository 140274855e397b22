import type { TemplateSummary } from '@insula/contract';
import { Card, Skeleton, Table, Text, VisuallyHidden } from '@mantine/core';
import { useRefusal } from '../access/who.tsx';
import { useRead } from '../calls/reads.ts';
import { Action } from '../parts/action.tsx';
import { act } from '../parts/acts.ts';
import { Failure } from '../parts/failure.tsx';
import { formatBytes, formatNumber } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { text } from '../text/index.ts';

export function TemplatesPage() {
  const { data, error, refetch } = useRead('template.list');
  return (
    <Page title={text.templates.title}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton height={240} />}
      {data && (
        <Card p={0}>
          <Table.ScrollContainer type="native" minWidth={640}>
            <Table aria-label={text.templates.title}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{text.templates.name}</Table.Th>
                  <Table.Th>{text.templates.distribution}</Table.Th>
                  <Table.Th>{text.templates.init}</Table.Th>
                  <Table.Th>{text.templates.version}</Table.Th>
                  <Table.Th ta="right">{text.templates.size}</Table.Th>
                  <Table.Th ta="right">{text.templates.usedBy}</Table.Th>
                  <Table.Th w={110}>
                    <VisuallyHidden>{text.templates.actions}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map((template) => (
                  <Row key={template.name} template={template} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
    </Page>
  );
}

function Row({ template }: { readonly template: TemplateSummary }) {
  const { name, title, distribution, release, init, version, bytes, usedBy } = template;
  const refusal = useRefusal()('template.build');
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {title}
        </Text>
      </Table.Td>
      <Table.Td>{`${distribution} ${release}`}</Table.Td>
      <Table.Td>{init}</Table.Td>
      <Table.Td>
        {version ?? (
          <Text size="sm" c="dimmed">
            {text.templates.notBuilt}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right">{bytes === null ? '' : formatBytes(bytes)}</Table.Td>
      <Table.Td ta="right">{formatNumber(usedBy)}</Table.Td>
      <Table.Td ta="right">
        {version === null && (
          <Action
            refusal={refusal}
            onClick={() =>
              void act('template.build', { params: { template: name } }, text.templates.built(name))
            }
          >
            {text.templates.build}
          </Action>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
