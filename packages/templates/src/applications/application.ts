import { ApplicationName, features } from '@insula/contract';
import { type Static, Type } from 'typebox';
import { GuestFile, GuestScript, PackageName } from '../definition.ts';

const strict = { additionalProperties: false } as const;

/** An archive of packages that is not the distribution's own. */
export const Repository = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,40}$' }),
    uri: Type.String({ pattern: '^https?://[^\\s\\u0000"\\[\\],]+$' }),
    suite: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9./_-]{0,60}$' }),
    components: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), { minItems: 1 }),
    key: Type.String({
      pattern: '^-----BEGIN PGP PUBLIC KEY BLOCK-----',
      maxLength: 100_000,
      description: 'The public key that its lists are signed with, as armored text',
    }),
  },
  strict,
);
export type Repository = Static<typeof Repository>;

const Family = Type.Object(
  {
    packages: Type.Array(PackageName, {
      minItems: 1,
      description: 'The first one gives the application its version',
    }),
    repositories: Type.Array(Repository, { default: [] }),
    services: Type.Array(Type.String({ pattern: '^[A-Za-z0-9@._-]{1,100}$' }), {
      default: [],
      description: 'Units to restart when it was added or changed',
    }),
  },
  strict,
);

/** Distributions that share packages and their tools. */
export const families = ['debian'] as const;
export type Family = (typeof families)[number];

const Setting = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9_]{0,40}$' }),
    title: Type.String({ pattern: '^[^\\u0000-\\u001f]{1,120}$' }),
    kind: Type.Enum(['text', 'integer', 'boolean']),
    default: Type.Optional(Type.String({ description: 'Without one, the setting must be given' })),
    pattern: Type.Optional(Type.String({ maxLength: 200, description: 'Of a text: a regular expression' })),
    minimum: Type.Optional(Type.Integer()),
    maximum: Type.Optional(Type.Integer()),
    values: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  },
  strict,
);
export type Setting = Static<typeof Setting>;

/**
 * Software that is added to a system. Scripts get each setting as `SETTING_NAME`; they run while an image is built, or in a running VE,
 * and may run again.
 */
export const Application = Type.Object(
  {
    name: ApplicationName,
    title: Type.String({ pattern: '^[^\\u0000-\\u001f]{1,120}$' }),
    families: Type.Object({ debian: Type.Optional(Family) }, strict),
    features: Type.Array(Type.Enum([...features]), { default: [], description: 'What its VE must have' }),
    settings: Type.Array(Setting, { default: [] }),
    files: Type.Array(GuestFile, { default: [] }),
    install: Type.Array(GuestScript, { default: [], description: 'Run after packages and files' }),
    configure: Type.Array(GuestScript, {
      default: [],
      description: 'Run after that, and when settings change',
    }),
    remove: Type.Array(GuestScript, { default: [], description: 'Run before its packages go' }),
    health: Type.String({
      minLength: 1,
      description: 'For /bin/sh in the running VE: ends with 0 when the application does its work',
    }),
  },
  strict,
);
export type Application = Static<typeof Application>;

/** The family of a distribution; null: none that applications are known for. */
export function familyOf(distribution: string): Family | null {
  return distribution === 'debian' || distribution === 'ubuntu' ? 'debian' : null;
}
