import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { call } from '../../calls/client.ts';
import { text } from '../../text/index.ts';
import { takeProviderAnswer } from './provider-answer.ts';

interface Props {
  /** What the provider is called. */
  readonly name: string;
  readonly onLogin: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** Sends the browser to the provider, and logs in by what it comes back with. */
export function ProviderLogin({ name, onLogin, onFailure }: Props) {
  const [busy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    onFailure(null);
    try {
      await work();
    } catch (error) {
      setBusy(false);
      onFailure(error);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer is there once, when the page is loaded
  useEffect(() => {
    const answer = takeProviderAnswer();
    if (answer === null) return;
    void attempt(async () => {
      await call('login.finish', { body: { answer } });
      onLogin();
    });
  }, []);

  return (
    <Button
      variant="default"
      size="sm"
      fullWidth
      loading={busy}
      onClick={() =>
        void attempt(async () => {
          const { url } = await call('login.begin');
          location.assign(url);
        })
      }
    >
      {text.login.by(name)}
    </Button>
  );
}
