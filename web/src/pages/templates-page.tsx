import type { TemplateSummary } from '@insula/contract';
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useFileRefusal } from '../access/file-refusal.ts';
import { useRefusal } from '../access/who.tsx';
import { useRead } from '../calls/reads.ts';
import { Action } from '../parts/action.tsx';
import { act } from '../parts/acts.ts';
import { useConfirmName } from '../parts/confirm-name.tsx';
import { formatBytes, formatNumber } from '../parts/format.ts';
import { MenuItem } from '../parts/menu-item.tsx';
import { Named } from '../parts/named.tsx';
import { Page } from '../parts/page.tsx';
import { PlainTable } from '../parts/plain-table.tsx';
import { RowMenu } from '../parts/row-menu.tsx';
import { text } from '../text/index.ts';
import { CompareModal } from './templates/compare-modal.tsx';
import { CreateForm } from './templates/create-form.tsx';
import { ExportForm, ImportForm } from './templates/transfer-forms.tsx';

/** What VEs can be made from. */
export function TemplatesPage() {
  const words = text.templates;
  const { data, error } = useRead('template.list');
  const refusal = useRefusal();
  const namesFiles = useFileRefusal();
  const [exported, setExported] = useState<string | null>(null);
  const [compared, setCompared] = useState<string | null>(null);
  const [asks, setAsks] = useState<'create' | 'import' | null>(null);
  const [askName, question] = useConfirmName();
  const remove = (template: string) =>
    askName({
      title: words.removeTitle(template),
      help: words.removeHelp,
      name: template,
      verb: words.remove,
      onConfirm: () => act('template.remove', { params: { template } }, words.removed(template)),
    });
  const actions = ({ name, version }: TemplateSummary) => {
    const params = { template: name };
    const unbuilt = version === null ? words.notBuiltYet : null;
    return (
      <RowMenu label={text.common.actionsOf(name)}>
        <MenuItem
          reason={refusal('template.build') ?? (version === null ? null : words.isBuilt)}
          onClick={() => void act('template.build', { params }, words.built(name))}
        >
          {words.build}
        </MenuItem>
        <MenuItem
          reason={refusal('template.update') ?? unbuilt}
          onClick={() => void act('template.update', { params }, words.updated(name))}
        >
          {words.update}
        </MenuItem>
        <MenuItem
          reason={refusal('template.verify') ?? unbuilt}
          onClick={() => void act('template.verify', { params }, words.verified(name))}
        >
          {words.verify}
        </MenuItem>
        <MenuItem reason={refusal('template.diff') ?? unbuilt} onClick={() => setCompared(name)}>
          {words.compare.verb}
        </MenuItem>
        <MenuItem
          reason={refusal('template.export') ?? namesFiles ?? unbuilt}
          onClick={() => setExported(name)}
        >
          {words.export}
        </MenuItem>
        <MenuItem reason={refusal('template.remove') ?? unbuilt} color="red" onClick={() => remove(name)}>
          {words.remove}
        </MenuItem>
      </RowMenu>
    );
  };
  return (
    <Page
      title={words.title}
      actions={
        <>
          <Action refusal={refusal('template.create') ?? namesFiles} onClick={() => setAsks('create')}>
            {words.create.verb}
          </Action>
          <Action refusal={refusal('template.import') ?? namesFiles} onClick={() => setAsks('import')}>
            {words.import}
          </Action>
        </>
      }
    >
      <PlainTable
        label={words.title}
        rows={data}
        error={error}
        rowKey={({ name }) => name}
        empty={words.none}
        minWidth={720}
        columns={[
          {
            title: words.name,
            cell: ({ name, title }) => <Named name={name} note={title} />,
          },
          { title: words.distribution, cell: ({ distribution, release }) => `${distribution} ${release}` },
          { title: words.init, cell: ({ init }) => init },
          {
            title: words.version,
            cell: ({ version }) =>
              version ?? (
                <Text size="sm" c="dimmed">
                  {words.notBuilt}
                </Text>
              ),
          },
          {
            title: words.size,
            align: 'right',
            cell: ({ bytes }) => (bytes === null ? '' : formatBytes(bytes)),
          },
          { title: words.usedBy, align: 'right', cell: ({ usedBy }) => formatNumber(usedBy) },
        ]}
        actions={actions}
      />
      {asks === 'create' && <CreateForm onClose={() => setAsks(null)} />}
      {asks === 'import' && <ImportForm onClose={() => setAsks(null)} />}
      {compared !== null && <CompareModal template={compared} onClose={() => setCompared(null)} />}
      {exported !== null && <ExportForm template={exported} onClose={() => setExported(null)} />}
      {question}
    </Page>
  );
}
