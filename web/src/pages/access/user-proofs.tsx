import { Modal, Stack } from '@mantine/core';
import { text } from '../../text/index.ts';
import { PasskeysSection } from './passkeys-section.tsx';
import { CertificatesSection, SessionsSection, TokensSection } from './proof-sections.tsx';

interface UserProofsProps {
  readonly user: string;
  readonly onClose: () => void;
}

/** What somebody else is let in by: sessions, passkeys, tokens and certificates, each of which can be ended. */
export function UserProofs({ user, onClose }: UserProofsProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={text.access.users.proofsOf(user)}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <Stack gap="md">
        <SessionsSection user={user} />
        <PasskeysSection user={user} />
        <TokensSection user={user} />
        <CertificatesSection user={user} />
      </Stack>
    </Modal>
  );
}
