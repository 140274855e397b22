import type { LoginWays } from '@insula/contract';
import { call } from '../calls/client.ts';
import { text } from '../text/index.ts';

/** Why passkeys do not work here; null: they do. */
export function passkeyRefusal(ways: Pick<LoginWays, 'passkeysAt'> | undefined): string | null {
  if (!('PublicKeyCredential' in globalThis)) return text.passkeys.noBrowser;
  if (ways === undefined || ways.passkeysAt.includes(location.origin)) return null;
  return text.passkeys.elsewhere(ways.passkeysAt);
}

/** Has the browser make a passkey, and the node keep it. @throws CodedError, Error when the browser makes none */
export async function registerPasskey(name: string, password: string): Promise<void> {
  const options = await call('passkey.begin', { body: password === '' ? {} : { password } });
  const { startRegistration } = await load();
  const answer = await asked(async () => await startRegistration({ optionsJSON: options }));
  await call('passkey.create', { body: { name, answer } });
}

/** Begins a session with whichever passkey its user picks. @throws CodedError, Error when the browser gives none */
export async function logInByPasskey(): Promise<void> {
  const options = await call('login.challenge');
  const { startAuthentication } = await load();
  const answer = await asked(async () => await startAuthentication({ optionsJSON: options }));
  await call('login.passkey', { body: { answer } });
}

const load = async () => await import('@simplewebauthn/browser');

/** Browsers tell pages next to nothing of why there is no passkey, so that pages learn nothing of who has one. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const { name, message } = error as Error;
    const known: Readonly<Record<string, string>> = {
      NotAllowedError: text.passkeys.notGiven,
      InvalidStateError: text.passkeys.known,
    };
    throw new Error(known[name] ?? message, { cause: error });
  }
}
