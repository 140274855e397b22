import type { FirewallRuleAdd, FirewallRuleUse } from '@insula/contract';
import { Group, Select, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../../calls/client.ts';
import { outdated } from '../../../calls/reads.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { listTyped } from './firewall-rules.ts';

interface FirewallRuleFormProps {
  readonly ve: ShownVe;
  /** Null: a new one, about this VE. */
  readonly rule: FirewallRuleUse | null;
  readonly onClose: () => void;
}

export function FirewallRuleForm({ ve, rule, onClose }: FirewallRuleFormProps) {
  const words = text.firewall;
  const form = useForm({
    initialValues: {
      action: rule?.action ?? 'accept',
      direction: rule?.direction ?? 'in',
      ves: (rule?.ves ?? [ve.name]).join(', '),
      remote: rule?.remote.join(', ') ?? '',
      protocol: rule?.protocol ?? 'tcp',
      ports: rule?.ports.join(', ') ?? '',
      log: rule?.log ?? false,
      enabled: rule?.enabled ?? true,
      comment: rule?.comment ?? '',
    },
  });
  const choices = (labels: Readonly<Record<string, string>>) =>
    Object.entries(labels).map(([value, label]) => ({ value, label }));
  return (
    <FormModal
      title={rule === null ? words.addTitle : words.changeTitle(rule.position)}
      verb={text.common.save}
      form={form}
      onSubmit={async ({ ves, remote, ports, ...values }) => {
        const body: FirewallRuleAdd = {
          ...values,
          ves: listTyped(ves),
          remote: listTyped(remote),
          ports: listTyped(ports),
        };
        if (rule === null) await call('firewall.add', { body });
        else await call('firewall.change', { params: { rule: String(rule.id) }, body });
        outdated('firewall.list');
      }}
      onClose={onClose}
    >
      <Group grow align="flex-start">
        <Select
          label={words.action}
          allowDeselect={false}
          data={choices(words.actions)}
          {...form.getInputProps('action')}
        />
        <Select
          label={words.direction}
          allowDeselect={false}
          data={choices(words.directions)}
          {...form.getInputProps('direction')}
        />
      </Group>
      <TextInput label={words.ves} description={words.vesHelp} {...form.getInputProps('ves')} />
      <TextInput label={words.remote} description={words.remoteHelp} {...form.getInputProps('remote')} />
      <Group grow align="flex-start">
        <Select
          label={words.protocol}
          allowDeselect={false}
          data={choices(words.protocols)}
          {...form.getInputProps('protocol')}
        />
        <TextInput label={words.ports} placeholder="80, 8000-8010" {...form.getInputProps('ports')} />
      </Group>
      <TextInput label={words.comment} {...form.getInputProps('comment')} />
      <Switch label={words.log} {...form.getInputProps('log', { type: 'checkbox' })} />
      <Switch label={words.enabled} {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </FormModal>
  );
}
