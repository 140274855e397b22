import type { SamplePart } from '@insula/contract';
import { MultiSelect, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../calls/client.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { change } from '../../parts/acts.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';

const words = text.samples;
const parts = Object.entries(words.partNames).map(([value, label]) => ({ value, label }));

interface OfSampleProps {
  readonly sample: string;
  readonly onClose: () => void;
}

/** Another sample with its amounts multiplied. */
export function ScaleSample({ sample, onClose }: OfSampleProps) {
  const form = useForm({ initialValues: { name: '', percent: 200, parts: ['all'] as SamplePart[] } });
  return (
    <FormModal
      title={words.scaleOf(sample)}
      verb={words.scale}
      form={form}
      done={text.common.saved(form.values.name)}
      onClose={onClose}
      onSubmit={async (body) => {
        await call('sample.scale', { params: { sample }, body });
        outdated('sample.list');
      }}
    >
      <TextInput label={words.newName} required data-autofocus {...form.getInputProps('name')} />
      <NumberInput
        label={words.percent}
        min={1}
        allowDecimal={false}
        required
        {...form.getInputProps('percent')}
      />
      <MultiSelect label={words.parts} data={parts} {...form.getInputProps('parts')} />
    </FormModal>
  );
}

/** A sample of an equal part of the node. */
export function SplitNode({ onClose }: { readonly onClose: () => void }) {
  const form = useForm({ initialValues: { name: '', count: 10 } });
  return (
    <FormModal
      title={words.split}
      verb={words.split}
      form={form}
      done={text.common.saved(form.values.name)}
      onClose={onClose}
      onSubmit={async (body) => {
        await call('sample.split', { body });
        outdated('sample.list');
      }}
    >
      <Text size="sm">{words.splitHelp}</Text>
      <TextInput label={words.newName} required data-autofocus {...form.getInputProps('name')} />
      <NumberInput
        label={words.count}
        min={1}
        allowDecimal={false}
        required
        {...form.getInputProps('count')}
      />
    </FormModal>
  );
}

/** Gives a VE the limits of a sample. */
export function ApplySample({ sample, onClose }: OfSampleProps) {
  const { data: ves = [] } = useRead('ve.list');
  const form = useForm({ initialValues: { ve: '' } });
  return (
    <FormModal
      title={words.applyOf(sample)}
      verb={words.apply}
      form={form}
      isReady={form.values.ve !== ''}
      done={words.applied(sample)}
      onClose={onClose}
      onSubmit={async ({ ve }) => {
        await change('ve.sample.apply', { params: { ve }, body: { sample } });
      }}
    >
      <Text size="sm">{words.applyHelp}</Text>
      <Select
        label={words.ve}
        searchable
        limit={50}
        required
        data={ves.map(({ uuid, name }) => ({ value: uuid, label: name }))}
        {...form.getInputProps('ve')}
      />
    </FormModal>
  );
}
