import { PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { passkeyRefusal } from '../../access/passkeys.ts';
import { useWho } from '../../access/who.tsx';
import { call } from '../../calls/client.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { PasskeysSection } from '../access/passkeys-section.tsx';
import { CertificatesSection, SessionsSection, TokensSection } from '../access/proof-sections.tsx';
import { CreateCertificate } from './create-certificate.tsx';
import { CreateToken } from './create-token.tsx';
import { EnrolTotp } from './enrol-totp.tsx';
import { RegisterPasskey } from './register-passkey.tsx';

type Opened = 'password' | 'totp' | 'passkey' | 'token' | 'certificate';

/** What somebody is to the node, and what he proves himself with. */
export function AccountPage() {
  const { user, from, groups, holds, hasTotp, realm } = useWho();
  const { data: ways } = useRead('login.ways');
  const [opened, setOpened] = useState<Opened | null>(null);
  const words = text.account;
  const isUser = realm === 'internal';
  const opens = (what: Opened, label: string) => <Action onClick={() => setOpened(what)}>{label}</Action>;
  const close = () => setOpened(null);
  return (
    <Page title={words.title}>
      <Stack gap="md">
        <Section title={words.about}>
          <Facts
            facts={[
              [words.user, user],
              [words.via, from],
              [words.groups, groups.join(', ') || null],
              [
                words.roles,
                holds.map(({ role, scope }) => words.holds(role, scope)).join(', ') || words.holdsNothing,
              ],
            ]}
          />
        </Section>
        <Section
          title={words.password}
          actions={isUser ? opens('password', words.changePassword) : undefined}
        >
          {!isUser && <Text size="sm">{words.ownerPassword}</Text>}
        </Section>
        {isUser && (
          <Section title={words.factor} actions={hasTotp ? undefined : opens('totp', words.begin)}>
            <Text size="sm">{hasTotp ? words.factorOn : words.factorOff}</Text>
          </Section>
        )}
        {isUser && (
          <PasskeysSection
            actions={
              <Action refusal={passkeyRefusal(ways)} onClick={() => setOpened('passkey')}>
                {text.passkeys.register}
              </Action>
            }
          />
        )}
        <SessionsSection />
        {isUser && <TokensSection actions={opens('token', text.access.proofs.createToken)} />}
        {isUser && (
          <CertificatesSection actions={opens('certificate', text.access.proofs.createCertificate)} />
        )}
      </Stack>
      {opened === 'password' && <ChangePassword user={user} onClose={close} />}
      {opened === 'totp' && <EnrolTotp onClose={close} />}
      {opened === 'passkey' && <RegisterPasskey onClose={close} />}
      {opened === 'token' && <CreateToken onClose={close} />}
      {opened === 'certificate' && <CreateCertificate onClose={close} />}
    </Page>
  );
}

interface ChangePasswordProps {
  readonly user: string;
  readonly onClose: () => void;
}

function ChangePassword({ user, onClose }: ChangePasswordProps) {
  const words = text.account;
  const form = useForm({ initialValues: { current: '', password: '' } });
  const eye = { 'aria-label': text.login.showPassword };
  return (
    <FormModal
      title={words.changePassword}
      verb={words.changePassword}
      form={form}
      done={words.passwordChanged}
      onClose={onClose}
      onSubmit={async (body) => {
        await call('user.password', { params: { user }, body });
        outdated('session.list');
      }}
    >
      <PasswordInput
        label={words.current}
        autoComplete="current-password"
        required
        data-autofocus
        visibilityToggleButtonProps={eye}
        {...form.getInputProps('current')}
      />
      <PasswordInput
        label={text.access.users.newPassword}
        autoComplete="new-password"
        required
        visibilityToggleButtonProps={eye}
        {...form.getInputProps('password')}
      />
    </FormModal>
  );
}
