import type { Claims, IdentityProvider, LoginAttempt, ProviderSettings } from './identity-provider.ts';
import type { DirectoryPerson, DirectorySettings, UserDirectory } from './user-directory.ts';

/** Answers `code=NAME` by the claims of that name, where the state is that of the attempt. */
export class FakeIdentityProvider implements IdentityProvider {
  readonly claims = new Map<string, Claims>();
  failure: Error | null = null;
  #attempts = 0;

  async begin({ issuer }: ProviderSettings) {
    if (this.failure !== null) throw this.failure;
    this.#attempts += 1;
    const state = `state-${this.#attempts}`;
    return { url: `${issuer}/authorize?state=${state}`, attempt: { state, nonce: 'n', verifier: 'v' } };
  }

  async finish(_settings: ProviderSettings, answer: string, { state }: LoginAttempt): Promise<Claims | null> {
    if (this.failure !== null) throw this.failure;
    const query = new URLSearchParams(answer);
    return query.get('state') === state ? (this.claims.get(query.get('code') ?? '') ?? null) : null;
  }
}

export class FakeUserDirectory implements UserDirectory {
  readonly people: { readonly password: string; readonly person: DirectoryPerson }[] = [];
  failure: Error | null = null;

  async prove(_settings: DirectorySettings, user: string, password: string): Promise<DirectoryPerson | null> {
    if (this.failure !== null) throw this.failure;
    const found = this.people.find(({ person }) => person.name === user);
    return found?.password === password ? found.person : null;
  }
}
