import type { Configuration } from 'openid-client';
import type { Claims, IdentityProvider, LoginAttempt, ProviderSettings } from './identity-provider.ts';

/** Seconds that the provider gets for each of its answers. */
const patience = 15;
/** Milliseconds after which it is asked anew what it can do. */
const freshness = 3_600_000;

/** OpenID Connect by openid-client. */
export class OpenidProvider implements IdentityProvider {
  readonly #known = new Map<string, { readonly configuration: Configuration; readonly since: number }>();

  async begin(settings: ProviderSettings) {
    const client = await load();
    const configuration = await this.#discover(settings);
    const verifier = client.randomPKCECodeVerifier();
    const attempt: LoginAttempt = { state: client.randomState(), nonce: client.randomNonce(), verifier };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: settings.redirectUri,
      scope: settings.scopes.join(' '),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    });
    return { url: url.href, attempt };
  }

  async finish(settings: ProviderSettings, answer: string, attempt: LoginAttempt): Promise<Claims | null> {
    const client = await load();
    const configuration = await this.#discover(settings);
    const address = new URL(settings.redirectUri);
    address.search = answer;
    try {
      const tokens = await client.authorizationCodeGrant(configuration, address, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) return null;
      if (configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
      // most say there what is not needed to know who it is: names and groups
      const more = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return { ...claims, ...more };
    } catch (error) {
      if (isRefusal(error)) return null;
      throw error;
    }
  }

  async #discover({ issuer, clientId, clientSecret }: ProviderSettings): Promise<Configuration> {
    const key = JSON.stringify([issuer, clientId, clientSecret]);
    const known = this.#known.get(key);
    if (known !== undefined && Date.now() - known.since < freshness) return known.configuration;
    const client = await load();
    const configuration = await client.discovery(
      new URL(issuer),
      clientId,
      {},
      clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret),
      {
        timeout: patience,
        // oxlint-disable-next-line typescript/no-deprecated -- only to be noticed: no other than a provider on the node itself may be asked so
        execute: issuer.startsWith('http://') ? [client.allowInsecureRequests] : [],
      },
    );
    this.#known.set(key, { configuration, since: Date.now() });
    return configuration;
  }
}

/** Most nodes have no provider. */
const load = async () => await import('openid-client');

/**
 * The provider, or what it answered, says no: an error of OAuth (RFC 6749 §5.2), a state, nonce or signature that is not right. Anything
 * else says nothing about who it was.
 */
function isRefusal(error: unknown): boolean {
  const { code, name, status } = error as {
    readonly code?: unknown;
    readonly name?: string;
    readonly status?: number;
  };
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return false;
  if (name === 'ResponseBodyError' || name === 'AuthorizationResponseError')
    return status === undefined || status < 500;
  return typeof code === 'string' && code.startsWith('OAUTH_');
}
