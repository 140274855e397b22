import { Modal, Stack } from '@mantine/core';
import { text } from '../../text/index.ts';
import { CertificatesSection, SessionsSection, TokensSection } from './proof-sections.tsx';

interface UserProofsProps {
  readonly user: string;
  readonly onClose: () => void;
}

/** What somebody else is let in by: sessions, tokens and certificates, each of which can be ended. */
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
        <TokensSection user={user} />
        <CertificatesSection user={user} />
      </Stack>
    </Modal>
  );
}
