import type { AuditState } from '@insula/contract';
import { Button, Code, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { call } from '../../calls/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';

/** Follows the chain of hashes, and shows its head to be kept elsewhere. */
export function VerifyButton() {
  const words = text.audit;
  const [busy, setBusy] = useState(false);
  const [state, setState] = useState<AuditState | null>(null);
  const [error, setError] = useState<unknown>(null);
  const verify = async () => {
    setBusy(true);
    setError(null);
    try {
      setState(await call('audit.verify'));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const close = () => {
    setState(null);
    setError(null);
  };
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => void verify()}>
        {words.verify}
      </Button>
      <Modal
        opened={state !== null || error !== null}
        onClose={close}
        title={words.verify}
        size="lg"
        closeButtonProps={{ 'aria-label': text.common.close }}
      >
        {error !== null && <Failure error={error} />}
        {state && (
          <Stack gap="sm">
            <Dot
              tone={state.sound ? 'ok' : 'bad'}
              label={
                state.sound
                  ? words.sound(state.first, state.last)
                  : words.broken(state.brokenAt ?? state.last)
              }
            />
            <Text size="sm">{words.head}</Text>
            <Code style={{ overflowWrap: 'anywhere' }}>{state.head}</Code>
          </Stack>
        )}
      </Modal>
    </>
  );
}
