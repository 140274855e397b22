import { type AlertRule, nodeMetrics, veMetrics } from '@insula/contract';
import { Group, NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../calls/client.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';

interface RuleFormProps {
  /** Null: a new one. */
  readonly rule: AlertRule | null;
  readonly onClose: () => void;
}

type Scope = AlertRule['scope'];

const metricsOf = (scope: Scope) => (scope === 've' ? veMetrics : nodeMetrics);

/** What is watched, with its unit. */
export function metricOf(scope: Scope, name: string) {
  return metricsOf(scope).find((metric) => metric.name === name);
}

const usual: Omit<AlertRule, 'id'> = {
  name: '',
  scope: 've',
  ves: [],
  metric: 'memoryShare',
  yellow: null,
  red: null,
  refusals: false,
  seconds: 60,
  hysteresis: 0.1,
  enabled: true,
};

const amount = (value: number | null): number | '' => value ?? '';
const amountOrNone = (typed: number | ''): number | null => (typed === '' ? null : typed);

export function RuleForm({ rule, onClose }: RuleFormProps) {
  const words = text.alertsPage;
  const { name, scope, ves, metric, yellow, red, refusals, seconds, hysteresis, enabled } = rule ?? usual;
  const { data: known = [] } = useRead('ve.list');
  const form = useForm({
    initialValues: {
      ...{ name, scope, ves: [...ves], metric: metric as string, refusals, seconds, hysteresis, enabled },
      yellow: amount(yellow),
      red: amount(red),
    },
  });
  const { values } = form;
  const chosen = metricOf(values.scope, values.metric);
  const unitHelp = words.thresholdHelp(chosen?.unit ?? '');
  return (
    <FormModal
      title={rule === null ? words.addRule : words.changeOf(rule.name)}
      verb={text.common.save}
      form={form}
      done={text.common.saved(values.name)}
      onClose={onClose}
      onSubmit={async (typed) => {
        const body = {
          ...typed,
          metric: typed.metric as AlertRule['metric'],
          ves: typed.scope === 've' ? typed.ves : [],
          yellow: amountOrNone(typed.yellow),
          red: amountOrNone(typed.red),
        };
        if (rule === null) await call('alert.rule.add', { body });
        else await call('alert.rule.change', { params: { rule: String(rule.id) }, body });
        outdated('alert.rule.list', 'alert.list');
      }}
    >
      <TextInput label={words.name} required data-autofocus {...form.getInputProps('name')} />
      <Select
        label={words.scope}
        allowDeselect={false}
        data={(['ve', 'node'] as const).map((value) => ({ value, label: words.scopes[value] }))}
        {...form.getInputProps('scope')}
      />
      {values.scope === 've' && (
        <TagsInput
          label={words.ves}
          description={words.vesHelp}
          data={known.map((ve) => ve.name)}
          limit={50}
          {...form.getInputProps('ves')}
        />
      )}
      <Select
        label={words.metric}
        description={chosen?.text}
        searchable
        allowDeselect={false}
        data={metricsOf(values.scope).map((row) => row.name)}
        {...form.getInputProps('metric')}
      />
      <Group grow align="flex-start">
        <NumberInput label={words.yellow} description={unitHelp} min={0} {...form.getInputProps('yellow')} />
        <NumberInput label={words.red} description={unitHelp} min={0} {...form.getInputProps('red')} />
      </Group>
      <Group grow align="flex-end">
        <NumberInput label={words.seconds} min={0} allowDecimal={false} {...form.getInputProps('seconds')} />
        <NumberInput
          label={words.hysteresis}
          min={0}
          max={0.9}
          step={0.05}
          {...form.getInputProps('hysteresis')}
        />
      </Group>
      <Switch label={words.refusals} {...form.getInputProps('refusals', { type: 'checkbox' })} />
      <Switch label={words.enabled} {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </FormModal>
  );
}
