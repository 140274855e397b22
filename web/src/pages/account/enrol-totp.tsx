import type { TotpSecret } from '@insula/contract';
import { Anchor, Center, Code, Loader, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { call } from '../../calls/client.ts';
import { outdated } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';
import { QrCode } from './qr-code.tsx';

/** A second factor of oneself: the app learns a secret, and a first code proves that it did. */
export function EnrolTotp({ onClose }: { readonly onClose: () => void }) {
  const words = text.account;
  const form = useForm({ initialValues: { code: '' } });
  const [secret, setSecret] = useState<TotpSecret | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let isShown = true;
    call('totp.begin').then(
      (begun) => isShown && setSecret(begun),
      (failure: unknown) => isShown && setError(failure),
    );
    return () => {
      isShown = false;
    };
  }, []);
  if (secret === null)
    return (
      <Modal
        opened
        onClose={onClose}
        title={words.enrolTitle}
        closeButtonProps={{ 'aria-label': text.common.close }}
      >
        {error === null ? (
          <Center h={120}>
            <Loader size="sm" aria-label={text.common.loading} />
          </Center>
        ) : (
          <Failure error={error} />
        )}
      </Modal>
    );
  return (
    <FormModal
      title={words.enrolTitle}
      verb={words.confirm}
      form={form}
      done={words.factorSet}
      onClose={onClose}
      onSubmit={async (body) => {
        await call('totp.confirm', { body });
        outdated('whoami');
      }}
    >
      <Text size="sm">{words.scan}</Text>
      <Center>
        <QrCode value={secret.uri} label={words.qr} />
      </Center>
      <Stack gap={4}>
        <Text size="sm" fw={500}>
          {words.secret}
        </Text>
        <Code style={{ overflowWrap: 'anywhere' }}>{secret.secret}</Code>
        <Anchor size="sm" href={secret.uri}>
          {words.openApp}
        </Anchor>
      </Stack>
      <TextInput
        label={words.code}
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={6}
        required
        data-autofocus
        {...form.getInputProps('code')}
      />
    </FormModal>
  );
}
