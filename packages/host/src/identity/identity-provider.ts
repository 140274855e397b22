/** A provider of OpenID Connect, and what the node is to it. */
export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scopes: readonly string[];
  /** Where the provider sends browsers back to. */
  readonly redirectUri: string;
}

/** What has to be known of a login that was begun when its answer comes. Not for others than the browser and the node. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636): who answers is who asked. */
  readonly verifier: string;
}

export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** Where users prove themselves in a browser: the authorization code flow of OpenID Connect Core 1.0, with PKCE. */
export interface IdentityProvider {
  /** @throws Error when the provider does not answer, or not as one should */
  begin(settings: ProviderSettings): Promise<{ readonly url: string; readonly attempt: LoginAttempt }>;
  /**
   * What the provider says of who answered, signature, audience and attempt checked.
   * @param answer query of the address that it sent the browser back to
   * @returns null when that proves nobody
   * @throws Error when the provider does not answer
   */
  finish(settings: ProviderSettings, answer: string, attempt: LoginAttempt): Promise<Claims | null>;
}
