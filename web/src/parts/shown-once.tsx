import { Button, CopyButton, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { text } from '../text/index.ts';

interface ShownOnceProps {
  readonly label: string;
  readonly help: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** Something that nobody gets to see again. A click beside the window does not close it. */
export function ShownOnce({ label, help, secret, onClose }: ShownOnceProps) {
  const words = text.access.proofs;
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={words.secretTitle}
      size="lg"
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <Stack gap="sm">
        <Textarea
          label={label}
          description={help}
          value={secret}
          readOnly
          autosize
          maxRows={12}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Group justify="flex-end" gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                <Text span size="xs" aria-live="polite">
                  {copied ? words.copied : words.copy}
                </Text>
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{text.common.close}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
