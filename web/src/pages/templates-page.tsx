import type { TemplateSummary } from '@insula/contract';
import { Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useRefusal, useWho } from '../access/who.tsx';
import { useRead } from '../calls/reads.ts';
import { Action } from '../parts/action.tsx';
import { act, change } from '../parts/acts.ts';
import { useConfirmName } from '../parts/confirm-name.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { formatBytes, formatNumber } from '../parts/format.ts';
import { MenuItem } from '../parts/menu-item.tsx';
import { Named } from '../parts/named.tsx';
import { Page } from '../parts/page.tsx';
import { PlainTable } from '../parts/plain-table.tsx';
import { RowMenu } from '../parts/row-menu.tsx';
import { text } from '../text/index.ts';

export function TemplatesPage() {
  const words = text.templates;
  const { data, error } = useRead('template.list');
  const refusal = useRefusal();
  const namesFiles = useFileRefusal();
  const [exported, setExported] = useState<string | null>(null);
  const [imports, setImports] = useState(false);
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
        <Action refusal={refusal('template.import') ?? namesFiles} onClick={() => setImports(true)}>
          {words.import}
        </Action>
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
      {imports && <ImportForm onClose={() => setImports(false)} />}
      {exported !== null && <ExportForm template={exported} onClose={() => setExported(null)} />}
      {question}
    </Page>
  );
}

/** Why somebody may not name files of the node; null: he may. Root of the node opens them. */
function useFileRefusal(): string | null {
  const { holds } = useWho();
  const may = holds.some(({ privileges }) => privileges.includes('node.admin'));
  return may ? null : text.refusal.privilege('node.admin', text.templates.files);
}

interface ExportFormProps {
  readonly template: string;
  readonly onClose: () => void;
}

function ExportForm({ template, onClose }: ExportFormProps) {
  const words = text.templates;
  const form = useForm({ initialValues: { path: `/var/tmp/${template}.tar.zst` } });
  return (
    <FormModal
      title={words.exportOf(template)}
      verb={words.export}
      form={form}
      done={words.exported(template)}
      onClose={onClose}
      onSubmit={async (body) => {
        await change('template.export', { params: { template }, body });
      }}
    >
      <TextInput
        label={words.path}
        description={words.newFile}
        required
        data-autofocus
        spellCheck={false}
        {...form.getInputProps('path')}
      />
    </FormModal>
  );
}

function ImportForm({ onClose }: { readonly onClose: () => void }) {
  const words = text.templates;
  const form = useForm({ initialValues: { path: '' } });
  return (
    <FormModal
      title={words.import}
      verb={words.import}
      form={form}
      done={words.imported}
      onClose={onClose}
      onSubmit={async (body) => {
        await change('template.import', { body });
      }}
    >
      <TextInput
        label={words.path}
        description={words.oldFile}
        required
        data-autofocus
        spellCheck={false}
        {...form.getInputProps('path')}
      />
    </FormModal>
  );
}
