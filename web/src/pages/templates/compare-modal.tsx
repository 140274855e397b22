import type { TemplateDetail } from '@insula/contract';
import { Modal, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useFreshRead, useRead } from '../../calls/reads.ts';
import { formatAge, formatBytes, formatDateTime, formatNumber } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { text } from '../../text/index.ts';
import { Differences } from './differences.tsx';

const words = text.templates.compare;

interface CompareModalProps {
  readonly template: string;
  readonly onClose: () => void;
}

/** The versions of a template, and what one of them differs in from another one, or from another template. */
export function CompareModal({ template, onClose }: CompareModalProps) {
  const shown = useFreshRead('template.show', { params: { template } });
  const versions = shown.data?.versions;
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title(template)}
      size="xl"
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <Stack gap="sm">
        <PlainTable
          label={words.versions}
          rows={versions}
          error={shown.error}
          rowKey={({ version }) => version}
          empty={words.noVersions}
          columns={[
            { title: words.version, cell: ({ version }) => version },
            {
              title: words.built,
              cell: ({ createdAt }) => <span title={formatDateTime(createdAt)}>{formatAge(createdAt)}</span>,
            },
            { title: words.size, align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
            { title: words.files, align: 'right', cell: ({ files }) => formatNumber(files) },
            { title: words.packages, align: 'right', cell: ({ packages }) => formatNumber(packages) },
            { title: words.usedBy, align: 'right', cell: ({ usedBy }) => formatNumber(usedBy) },
          ]}
        />
        {versions !== undefined && versions.length > 0 && (
          <Choice key={template} template={template} versions={versions} />
        )}
      </Stack>
    </Modal>
  );
}

interface ChoiceProps {
  readonly template: string;
  readonly versions: TemplateDetail['versions'];
}

/** Which two are compared: at first the newest with the one before it. */
function Choice({ template, versions }: ChoiceProps) {
  const { data: templates = [] } = useRead('template.list');
  const own = versions.map(({ version }) => `${template}@${version}`);
  const all = templates.flatMap(({ name, versions: built }) => built.map((version) => `${name}@${version}`));
  const [from, setFrom] = useState(own.at(-2) ?? own.at(-1) ?? null);
  const [to, setTo] = useState(own.at(-1) ?? null);
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Select
          label={words.from}
          searchable
          allowDeselect={false}
          data={own}
          value={from}
          onChange={setFrom}
        />
        <Select label={words.to} searchable allowDeselect={false} data={all} value={to} onChange={setTo} />
      </SimpleGrid>
      {from === to ? (
        <Text size="sm" c="dimmed">
          {words.same}
        </Text>
      ) : (
        from !== null && to !== null && <Differences key={`${from} ${to}`} from={from} to={to} />
      )}
    </>
  );
}
