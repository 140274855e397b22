import { findParameter, formatAmount, type ParameterValue, type Sample } from '@insula/contract';
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { MenuItem } from '../../parts/menu-item.tsx';
import { Named } from '../../parts/named.tsx';
import { Page } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { text } from '../../text/index.ts';
import { ApplySample, ScaleSample, SplitNode } from './sample-actions.tsx';
import { SampleFindings } from './sample-findings.tsx';
import { SampleForm } from './sample-form.tsx';

type Asked = 'copy' | 'change' | 'scale' | 'validate' | 'apply';

/** The sets of limits that VEs can be made from. */
export function SamplesPage() {
  const refusal = useRefusal();
  const { data, error } = useFreshRead('sample.list');
  const [creates, setCreates] = useState<'sample' | 'split' | null>(null);
  const [asked, setAsked] = useState<{ readonly what: Asked; readonly sample: Sample } | null>(null);
  const words = text.samples;
  const close = () => setAsked(null);
  const [askName, question] = useConfirmName();
  const remove = (sample: string) =>
    askName({
      title: words.deleteTitle(sample),
      help: words.deleteHelp,
      name: sample,
      verb: text.common.delete,
      onConfirm: async () => {
        await edit('sample.remove', { params: { sample } }, text.common.deleted(sample));
        outdated('sample.list');
      },
    });
  const column = (title: string, parameter: string) => ({
    title,
    align: 'right' as const,
    cell: (sample: Sample) => amountOf(sample, parameter),
  });
  const mayMake = refusal('sample.save');
  const actions = (sample: Sample) => {
    const fixed = mayMake ?? (sample.shipped ? words.isShipped : null);
    const ask = (what: Asked) => () => setAsked({ what, sample });
    return (
      <RowMenu label={text.common.actionsOf(sample.name)}>
        <MenuItem reason={refusal('ve.sample.apply')} onClick={ask('apply')}>
          {words.apply}
        </MenuItem>
        <MenuItem reason={mayMake} onClick={ask('copy')}>
          {words.copy}
        </MenuItem>
        <MenuItem reason={mayMake} onClick={ask('scale')}>
          {words.scale}
        </MenuItem>
        <MenuItem reason={null} onClick={ask('validate')}>
          {words.validate}
        </MenuItem>
        <MenuItem reason={fixed} onClick={ask('change')}>
          {text.common.change}
        </MenuItem>
        <MenuItem reason={fixed} color="red" onClick={() => remove(sample.name)}>
          {text.common.delete}
        </MenuItem>
      </RowMenu>
    );
  };
  return (
    <Page
      title={words.title}
      refusal={refusal('sample.list')}
      actions={
        <>
          <Action refusal={refusal('sample.split')} onClick={() => setCreates('split')}>
            {words.split}
          </Action>
          <Action variant="filled" refusal={mayMake} onClick={() => setCreates('sample')}>
            {words.create}
          </Action>
        </>
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {words.help}
      </Text>
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
            cell: ({ name, shipped, description }) => (
              <Named name={shipped ? `${name} · ${words.shipped}` : name} note={description} />
            ),
          },
          column(words.memory, 'physpages'),
          column(words.cpu, 'cpulimit'),
          column(words.processes, 'numproc'),
          column(words.disk, 'diskspace'),
        ]}
        actions={actions}
      />
      {creates === 'sample' && <SampleForm sample={null} isNew onClose={() => setCreates(null)} />}
      {creates === 'split' && <SplitNode onClose={() => setCreates(null)} />}
      {asked?.what === 'copy' && <SampleForm sample={asked.sample} isNew onClose={close} />}
      {asked?.what === 'change' && <SampleForm sample={asked.sample} isNew={false} onClose={close} />}
      {asked?.what === 'scale' && <ScaleSample sample={asked.sample.name} onClose={close} />}
      {asked?.what === 'validate' && <SampleFindings sample={asked.sample.name} onClose={close} />}
      {asked?.what === 'apply' && <ApplySample sample={asked.sample.name} onClose={close} />}
      {question}
    </Page>
  );
}

/** As it would be typed: what the sample says, else the default. */
function amountOf({ parameters }: Sample, parameter: string): string {
  const row = findParameter(parameter);
  const values = parameters as Readonly<Record<string, ParameterValue | undefined>>;
  return row === undefined ? '' : formatAmount(row, values[parameter] ?? row.default);
}
