import type { LoginWays } from '@insula/contract';
import { useState } from 'react';
import { logInByPasskey, passkeyRefusal } from '../../access/passkeys.ts';
import { Action } from '../../parts/action.tsx';
import { text } from '../../text/index.ts';

interface Props {
  readonly ways: LoginWays;
  readonly onLogin: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** Has the browser offer the passkeys that it has for this panel: each knows whose it is. */
export function PasskeyLogin({ ways, onLogin, onFailure }: Props) {
  const [busy, setBusy] = useState(false);
  const logIn = async () => {
    setBusy(true);
    onFailure(null);
    try {
      await logInByPasskey();
      onLogin();
    } catch (error) {
      onFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Action
      type="button"
      size="sm"
      fullWidth
      loading={busy}
      refusal={passkeyRefusal(ways)}
      onClick={() => void logIn()}
    >
      {text.passkeys.logIn}
    </Action>
  );
}
