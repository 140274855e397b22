import { Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '../../calls/client.ts';
import { outdated } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { text } from '../../text/index.ts';

/** Signs the key of a request. The key itself never leaves whoever made it. */
export function CreateCertificate({ onClose }: { readonly onClose: () => void }) {
  const words = text.access.proofs;
  const form = useForm({ initialValues: { name: '', request: '' } });
  const [certificate, setCertificate] = useState<string | null>(null);
  if (certificate !== null)
    return (
      <ShownOnce
        label={words.certificate}
        help={words.certificateHelp}
        secret={certificate}
        onClose={onClose}
      />
    );
  return (
    <FormModal
      title={words.createCertificate}
      verb={words.createCertificate}
      size="lg"
      form={form}
      stays
      onClose={onClose}
      onSubmit={async (body) => {
        const created = await call('certificate.create', { body });
        outdated('certificate.list');
        setCertificate(created.certificate);
      }}
    >
      <TextInput label={words.tokenName} required data-autofocus {...form.getInputProps('name')} />
      <Textarea
        label={words.request}
        required
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        placeholder="-----BEGIN CERTIFICATE REQUEST-----"
        {...form.getInputProps('request')}
      />
    </FormModal>
  );
}
