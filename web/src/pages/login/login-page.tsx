import type { PasswordRealm } from '@insula/contract';
import {
  Box,
  Button,
  Center,
  Divider,
  Group,
  Paper,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { Mark } from '../../app/mark.tsx';
import { call } from '../../calls/client.ts';
import { useRead } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { codeOf } from '../../parts/form-failure.ts';
import { text } from '../../text/index.ts';
import { PasskeyLogin } from './passkey-login.tsx';
import { ProviderLogin } from './provider-login.tsx';

export function LoginPage({ onLogin }: { readonly onLogin: () => void }) {
  const form = useForm({
    initialValues: { user: '', password: '', code: '', realm: 'internal' as PasswordRealm },
  });
  const { data: ways } = useRead('login.ways');
  const [needsCode, setNeedsCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = form.onSubmit(async ({ user, password, code, realm }) => {
    setBusy(true);
    setError(null);
    try {
      await call('session.create', { body: { user, password, realm, ...(code === '' ? {} : { code }) } });
      onLogin();
    } catch (failure) {
      if (codeOf(failure) === 'second_factor_needed') setNeedsCode(true);
      else setError(failure);
      if (needsCode) form.setFieldValue('code', '');
    } finally {
      setBusy(false);
    }
  });

  return (
    <Center mih="100dvh" p="md" bg="var(--insula-canvas)">
      <Box component="main" w="100%" maw={360}>
        <Paper withBorder p="xl" shadow="xs">
          <form onSubmit={submit}>
            <Stack gap="md">
              <Group gap="sm">
                <Mark size={28} />
                <div>
                  <Title order={1}>{text.login.title}</Title>
                  <Text size="sm" c="dimmed">
                    {location.host}
                  </Text>
                </div>
              </Group>
              <SegmentedControl
                fullWidth
                aria-label={text.login.realm}
                data={(ways?.realms ?? (['internal', 've'] as const)).map((value) => ({
                  value,
                  label: text.login.realms[value],
                }))}
                {...form.getInputProps('realm')}
              />
              <TextInput
                label={form.values.realm === 've' ? text.login.ve : text.login.user}
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                required
                withAsterisk={false}
                data-autofocus
                {...form.getInputProps('user')}
              />
              <PasswordInput
                label={text.login.password}
                autoComplete="current-password"
                required
                withAsterisk={false}
                visibilityToggleButtonProps={{ 'aria-label': text.login.showPassword }}
                {...form.getInputProps('password')}
              />
              {needsCode && (
                <TextInput
                  label={text.login.code}
                  description={text.login.codeHelp}
                  autoComplete="one-time-code"
                  inputMode="numeric"
                  pattern="[0-9]{6}"
                  maxLength={6}
                  required
                  withAsterisk={false}
                  autoFocus
                  {...form.getInputProps('code')}
                />
              )}
              {error !== null && <Failure error={error} />}
              <Button type="submit" size="sm" loading={busy} fullWidth>
                {text.login.submit}
              </Button>
              {ways && (
                <>
                  <Divider label={text.login.or} />
                  <PasskeyLogin ways={ways} onLogin={onLogin} onFailure={setError} />
                </>
              )}
              {typeof ways?.provider === 'string' && (
                <ProviderLogin name={ways.provider} onLogin={onLogin} onFailure={setError} />
              )}
            </Stack>
          </form>
        </Paper>
      </Box>
    </Center>
  );
}
