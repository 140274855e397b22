import type { CDPSession, Page } from 'playwright-core';

/** A passkey as the browser's debugger sees it. */
export interface HeldPasskey {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId?: string;
  readonly privateKey: string;
  readonly userHandle?: string;
  readonly signCount: number;
}

/** An authenticator of a page's own, whose holder is there and known at once (WebAuthn domain of the DevTools protocol). */
export class VirtualAuthenticator {
  readonly #session: CDPSession;
  readonly #authenticatorId: string;

  private constructor(session: CDPSession, authenticatorId: string) {
    this.#session = session;
    this.#authenticatorId = authenticatorId;
  }

  static async attach(page: Page): Promise<VirtualAuthenticator> {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new VirtualAuthenticator(session, authenticatorId);
  }

  async held(): Promise<readonly HeldPasskey[]> {
    const { credentials } = await this.#session.send('WebAuthn.getCredentials', {
      authenticatorId: this.#authenticatorId,
    });
    return credentials;
  }

  /** Has it hold this passkey and no other. */
  async hold(credential: HeldPasskey): Promise<void> {
    const of = { authenticatorId: this.#authenticatorId };
    await this.#session.send('WebAuthn.clearCredentials', of);
    await this.#session.send('WebAuthn.addCredential', { ...of, credential });
  }
}
