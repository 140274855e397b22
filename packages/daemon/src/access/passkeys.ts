import {
  isCopied,
  newId,
  newPasskeyNonce,
  type PasskeyAsked,
  passkeyCreation,
  passkeyOf,
  passkeyPatience,
  passkeyRequest,
  provenCounter,
  Seal,
} from '@insula/access';
import {
  fault,
  type NodeConfig,
  type PasskeyCreated,
  type PasskeyCreation,
  type PasskeyProof,
  type PasskeyRequest,
} from '@insula/contract';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { PasskeyRow, PasskeyStore } from '../store/passkey-store.ts';
import { panelOrigins } from '../tls/api-names.ts';

/** A registration belongs to the user and the credential (session, token…) that began it. */
interface Creation extends PasskeyAsked {
  readonly user: string;
  readonly credential: string | null;
  readonly handle: string;
}

type Place = Pick<PasskeyAsked, 'origin' | 'host'>;

interface Begun<Options> {
  readonly options: Options;
  /** What the browser has to bring back with the answer. */
  readonly sealed: string;
}

/** Registers passkeys, and proves users by them (WebAuthn Level 3 §7). */
export class Passkeys {
  readonly store: PasskeyStore;
  readonly #config: Pick<NodeConfig, 'name' | 'api'>;
  readonly #directory: DirectoryStore;
  readonly #creations = new Seal<Creation>(passkeyPatience);
  readonly #requests = new Seal<PasskeyAsked>(passkeyPatience);

  constructor(parts: {
    readonly config: Pick<NodeConfig, 'name' | 'api'>;
    readonly directory: DirectoryStore;
    readonly store: PasskeyStore;
  }) {
    this.#config = parts.config;
    this.#directory = parts.directory;
    this.store = parts.store;
  }

  /** Addresses of the panel at which passkeys work. */
  origins(): readonly string[] {
    return panelOrigins(this.#config);
  }

  /** `origin`: where the caller says that the panel is; looked up, never believed. @throws CodedError passkey_elsewhere */
  beginCreation(
    by: Pick<Creation, 'user' | 'credential'> & { readonly fullName: string },
    origin: string,
  ): Begun<PasskeyCreation> {
    const known = this.store.list(by.user);
    const handle = known[0]?.handle ?? newPasskeyNonce();
    const asked = { ...this.#place(origin), challenge: newPasskeyNonce() };
    const { user, credential, fullName } = by;
    return {
      options: passkeyCreation({
        ...asked,
        nodeName: this.#config.name,
        user,
        fullName,
        handle,
        known: known.filter(({ host }) => host === asked.host),
      }),
      sealed: this.#creations.close({ ...asked, user, credential, handle }, Date.now()),
    };
  }

  /** @throws CodedError passkey_elsewhere, passkey_refused, entry_exists */
  async create(
    by: Pick<Creation, 'user' | 'credential'>,
    made: {
      readonly sealed: string | null;
      readonly origin: string;
      readonly name: string;
      readonly answer: PasskeyCreated;
    },
  ): Promise<PasskeyRow> {
    const { sealed, name, answer } = made;
    const { origin } = this.#place(made.origin);
    const begun = sealed === null ? null : this.#creations.spend(sealed, Date.now());
    const isOwn = begun?.user === by.user && begun.credential === by.credential && begun.origin === origin;
    if (begun === null || !isOwn)
      throw fault('passkey_refused', { problem: 'it was not begun here, or is too late' });
    const key = await passkeyOf(answer, begun);
    if (key === null) throw fault('passkey_refused', { problem: 'it is not what was asked for' });
    const passkey: PasskeyRow = {
      ...key,
      id: newId(),
      user: by.user,
      name,
      host: begun.host,
      handle: begun.handle,
      createdAt: new Date().toISOString(),
      lastUsedAt: null,
      copied: false,
    };
    this.store.add(passkey);
    return passkey;
  }

  /** @throws CodedError passkey_elsewhere */
  beginLogin(origin: string): Begun<PasskeyRequest> {
    const asked = { ...this.#place(origin), challenge: newPasskeyNonce() };
    return { options: passkeyRequest(asked), sealed: this.#requests.close(asked, Date.now()) };
  }

  /**
   * Name of the user whose passkey answered what was asked here, null for anything else.
   * @throws CodedError passkey_copied
   */
  async prove(sealed: string | null, origin: string, answer: PasskeyProof): Promise<string | null> {
    const asked = sealed === null ? null : this.#requests.spend(sealed, Date.now());
    const key = this.store.byCredential(answer.id);
    if (asked === null || asked.origin !== origin.toLowerCase() || key === undefined) return null;
    const counter = await provenCounter(answer, { asked, key });
    // it may have been removed or used meanwhile
    const passkey = this.store.find(key.id);
    if (counter === null || passkey === undefined || !this.#mayUse(passkey, asked, answer)) return null;
    const { id, user, name } = passkey;
    if (passkey.copied || isCopied(passkey.counter, counter)) {
      this.store.wasCopied(id);
      throw fault('passkey_copied', { user, passkey: name });
    }
    this.store.used(id, counter, new Date().toISOString());
    return user;
  }

  #mayUse({ user, host, handle }: PasskeyRow, asked: Place, { response }: PasskeyProof): boolean {
    const { enabled, realm } = this.#directory.current.users.get(user) ?? {};
    return enabled === true && realm === 'internal' && host === asked.host && handle === response.userHandle;
  }

  /** @throws CodedError passkey_elsewhere */
  #place(origin: string): Place {
    const origins = this.origins();
    const lower = origin.toLowerCase();
    if (!origins.includes(lower))
      throw fault('passkey_elsewhere', { origin: lower.slice(0, 300), origins: origins.join(', ') });
    return { origin: lower, host: new URL(lower).hostname };
  }
}
