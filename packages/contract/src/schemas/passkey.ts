import { type Static, Type } from 'typebox';
import { EntryId, Secret, UserName } from './access.ts';
import { SingleLine } from './names.ts';

/** Bytes as WebAuthn writes them. */
const Base64Url = (maxLength: number, description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9_-]+$', minLength: 1, maxLength, description });

/** An authenticator may choose 1023 bytes (WebAuthn §4, credential id). */
const CredentialId = Base64Url(1364, 'Id that the authenticator gave the passkey');
const ClientData = Base64Url(8192, 'What the browser says of the ceremony');

/** How a browser can reach an authenticator; others are forgotten. */
export const passkeyTransports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
export type PasskeyTransport = (typeof passkeyTransports)[number];

const Descriptor = Type.Object(
  {
    id: CredentialId,
    type: Type.Enum(['public-key']),
    transports: Type.Array(Type.Enum([...passkeyTransports])),
  },
  { additionalProperties: false },
);

const PasskeyName = Type.String({ ...SingleLine(64, 'What its user calls it'), minLength: 1 });

export const Passkey = Type.Object(
  {
    id: EntryId,
    user: UserName,
    name: Type.String({ description: 'What its user calls it' }),
    host: Type.String({ description: 'Name of the node that browsers offer it at' }),
    createdAt: Type.String({ description: 'When it was registered; ISO 8601, UTC' }),
    lastUsedAt: Type.Union([Type.String(), Type.Null()], {
      description: 'Its last login; ISO 8601, UTC',
    }),
    copied: Type.Boolean({
      description: 'Its counter went back, as that of a copy does: it lets nobody in any more',
    }),
  },
  { additionalProperties: false, $id: 'Passkey', description: 'A passkey that a user logs in with' },
);
export type Passkey = Static<typeof Passkey>;

export const PasskeyBegin = Type.Object(
  {
    password: Type.Optional(
      Secret(1024, 'Password of oneself; it can be left out for ten minutes after the login'),
    ),
  },
  { additionalProperties: false, $id: 'PasskeyBegin' },
);

/** Members as WebAuthn names them, so that `parseCreationOptionsFromJSON` of browsers takes it. */
export const PasskeyCreation = Type.Object(
  {
    challenge: Base64Url(86, 'To be signed'),
    rp: Type.Object({ id: Type.String(), name: Type.String() }, { additionalProperties: false }),
    user: Type.Object(
      { id: Base64Url(86, 'Says nothing about the user'), name: Type.String(), displayName: Type.String() },
      { additionalProperties: false },
    ),
    pubKeyCredParams: Type.Array(
      Type.Object({ type: Type.Enum(['public-key']), alg: Type.Integer() }, { additionalProperties: false }),
    ),
    timeout: Type.Integer({ description: 'Milliseconds' }),
    attestation: Type.Enum(['none']),
    excludeCredentials: Type.Array(Descriptor, { description: 'Passkeys that the user has already' }),
    authenticatorSelection: Type.Object(
      {
        residentKey: Type.Enum(['required']),
        requireResidentKey: Type.Boolean(),
        userVerification: Type.Enum(['required']),
      },
      { additionalProperties: false },
    ),
  },
  {
    additionalProperties: false,
    $id: 'PasskeyCreation',
    description: 'What a browser makes a passkey from (PublicKeyCredentialCreationOptionsJSON)',
  },
);
export type PasskeyCreation = Static<typeof PasskeyCreation>;

/** What every answer of an authenticator has. */
const answered = { id: CredentialId, rawId: CredentialId, type: Type.Enum(['public-key']) };
/** Members that are not named are not looked at: browsers send more, and each version of WebAuthn adds some. */
const open = { additionalProperties: true };

export const PasskeyCreated = Type.Object(
  {
    ...answered,
    response: Type.Object(
      {
        clientDataJSON: ClientData,
        attestationObject: Base64Url(65_536, 'The passkey, with its public key'),
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16 })),
      },
      open,
    ),
  },
  {
    ...open,
    $id: 'PasskeyCreated',
    description: 'A passkey that a browser has made (RegistrationResponseJSON)',
  },
);
export type PasskeyCreated = Static<typeof PasskeyCreated>;

export const PasskeyCreate = Type.Object(
  { name: PasskeyName, answer: PasskeyCreated },
  { additionalProperties: false, $id: 'PasskeyCreate' },
);

export const PasskeyChange = Type.Object(
  { name: PasskeyName },
  { additionalProperties: false, $id: 'PasskeyChange' },
);

export const PasskeyRequest = Type.Object(
  {
    challenge: Base64Url(86, 'To be signed'),
    rpId: Type.String({ description: 'Name of the node' }),
    timeout: Type.Integer({ description: 'Milliseconds' }),
    userVerification: Type.Enum(['required']),
  },
  {
    additionalProperties: false,
    $id: 'PasskeyRequest',
    description: 'What a browser asks a passkey for (PublicKeyCredentialRequestOptionsJSON)',
  },
);
export type PasskeyRequest = Static<typeof PasskeyRequest>;

export const PasskeyProof = Type.Object(
  {
    ...answered,
    response: Type.Object(
      {
        clientDataJSON: ClientData,
        authenticatorData: Base64Url(8192, 'What the authenticator says of itself'),
        signature: Base64Url(8192, 'Over both'),
        userHandle: Type.Optional(Base64Url(86, 'Whom the passkey was made for')),
      },
      open,
    ),
  },
  {
    ...open,
    $id: 'PasskeyProof',
    description: 'What a passkey answered to a login (AuthenticationResponseJSON)',
  },
);
export type PasskeyProof = Static<typeof PasskeyProof>;

export const PasskeyLogin = Type.Object(
  { answer: PasskeyProof },
  { additionalProperties: false, $id: 'PasskeyLogin' },
);
