import type { Operation, VeDetail } from '@insula/contract';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { call } from '../../calls/client.ts';
import { follow } from '../../calls/follow.ts';
import { change } from '../../parts/acts.ts';
import { BulkModal, type BulkWork } from '../../parts/bulk-modal.tsx';
import { Failure } from '../../parts/failure.tsx';
import { showAtField } from '../../parts/form-failure.ts';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { StepList } from '../operations/step-list.tsx';
import { bodyOf, type CreateValues, emptyForm, formsOf, usualParameters } from './create-form.ts';
import { IdentityFields } from './identity-fields.tsx';
import { NetworkFields } from './network-fields.tsx';
import { ResourceFields } from './resource-fields.tsx';
import { SystemFields } from './system-fields.tsx';

/** Fields that an error of the node can be shown at. */
const fields = [
  'name',
  'description',
  'template',
  'applications',
  'sample',
  'addresses',
  'hostname',
  'onboot',
  ...usualParameters.map((name) => `parameters.${name}`),
];

/** A new VE on one page. What was typed stays, whatever the node says to it. */
export function CreatePage() {
  const form = useForm({ initialValues: emptyForm });
  const navigate = useNavigate();
  const refusal = useRefusal()('ve.create');
  const [operation, setOperation] = useState<Operation | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [work, setWork] = useState<BulkWork | null>(null);

  const createMany = (values: CreateValues) => {
    setError(null);
    form.clearErrors();
    try {
      const bodies = formsOf(values).map(bodyOf);
      setWork({
        title: text.create.many(bodies.length),
        items: bodies.map((body, index) => ({
          key: String(index),
          name: body.name ?? String(index + 1),
          refusal: null,
          run: async () => await change('ve.create', { body }),
        })),
      });
    } catch (failure) {
      if (!showAtField(form, fields, failure)) setError(failure);
    }
  };

  const submit = form.onSubmit(async (values) => {
    if (values.count > 1) return createMany(values);
    setBusy(true);
    setError(null);
    form.clearErrors();
    try {
      const begun = await call('ve.create', { body: bodyOf(values) });
      setOperation(begun);
      const { result } = await follow(begun, setOperation);
      await navigate({ to: '/ves/$ve', params: { ve: (result as VeDetail).uuid } });
    } catch (failure) {
      setOperation(null);
      if (!showAtField(form, fields, failure)) setError(failure);
    } finally {
      setBusy(false);
    }
  });

  return (
    <Page title={text.create.title}>
      <form onSubmit={submit} style={{ maxWidth: 760 }}>
        <Stack gap="md">
          {refusal !== null && <Text size="sm">{refusal}</Text>}
          <Section title={text.create.system}>
            <SystemFields form={form} />
          </Section>
          <Section title={text.create.identity}>
            <IdentityFields form={form} />
          </Section>
          <Section title={text.create.resources}>
            <ResourceFields form={form} />
          </Section>
          <Section title={text.create.network}>
            <NetworkFields form={form} />
          </Section>
          {error !== null && <Failure error={error} />}
          {operation !== null && <Making operation={operation} />}
          <Group justify="flex-end" gap="xs">
            <Button size="sm" variant="default" onClick={() => void navigate({ to: '/ves' })}>
              {text.common.cancel}
            </Button>
            <Button size="sm" type="submit" loading={busy} disabled={refusal !== null}>
              {text.create.submit}
            </Button>
          </Group>
        </Stack>
      </form>
      {work && <BulkModal work={work} onClose={() => setWork(null)} />}
    </Page>
  );
}

/** How far it is; the first VE of a template with applications takes minutes, the others a moment. */
function Making({ operation }: { readonly operation: Operation }) {
  return (
    <Section title={text.create.making}>
      <Stack gap="sm" aria-live="polite">
        <Progress value={operation.progress * 100} animated aria-label={text.operations.progress} />
        <Text size="sm" c="dimmed">
          {operation.message}
        </Text>
        <StepList steps={operation.steps} />
      </Stack>
    </Section>
  );
}
