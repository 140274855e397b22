import type { FirewallRuleAdd, FirewallRuleUse } from '@insula/contract';
import { Button, Group, Modal, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '../../../calls/client.ts';
import { outdated } from '../../../calls/reads.ts';
import { Failure } from '../../../parts/failure.tsx';
import { showAtField } from '../../../parts/form-failure.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { listTyped } from './firewall-rules.ts';

interface FirewallRuleFormProps {
  readonly ve: ShownVe;
  /** Null: a new one, about this VE. */
  readonly rule: FirewallRuleUse | null;
  readonly onClose: () => void;
}

const fields = ['action', 'direction', 'ves', 'remote', 'protocol', 'ports', 'log', 'enabled', 'comment'];

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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = form.onSubmit(async ({ ves, remote, ports, ...values }) => {
    setBusy(true);
    setError(null);
    const body: FirewallRuleAdd = {
      ...values,
      ves: listTyped(ves),
      remote: listTyped(remote),
      ports: listTyped(ports),
    };
    try {
      if (rule === null) await call('firewall.add', { body });
      else await call('firewall.change', { params: { rule: String(rule.id) }, body });
      outdated('firewall.list');
      onClose();
    } catch (failure) {
      if (!showAtField(form, fields, failure)) setError(failure);
    } finally {
      setBusy(false);
    }
  });
  const choices = (labels: Readonly<Record<string, string>>) =>
    Object.entries(labels).map(([value, label]) => ({ value, label }));
  return (
    <Modal
      opened
      onClose={onClose}
      title={rule === null ? words.addTitle : words.changeTitle(rule.position)}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
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
          {error !== null && <Failure error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {text.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
