import { type Static, Type } from 'typebox';
import { ApplicationName } from './names.ts';
import { Feature } from './ve-spec.ts';

/** Settings of an application, all as text. */
export const ApplicationSettings = Type.Record(
  Type.String({ pattern: '^[a-z][a-z0-9_]{0,40}$' }),
  Type.String({ maxLength: 4096, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }),
  {
    additionalProperties: false,
    maxProperties: 64,
    'x-flag': 'set',
    description: 'Settings of the application',
  },
);

/** An application as `app list` shows it. */
export const ApplicationSummary = Type.Object(
  {
    name: ApplicationName,
    title: Type.String(),
    distributions: Type.Array(Type.String(), {
      description: 'Families of distributions that it has packages for',
    }),
    features: Type.Array(Feature, { description: 'Features that its VE gets' }),
    settings: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          title: Type.String(),
          kind: Type.Enum(['text', 'integer', 'boolean']),
          default: Type.Union([Type.String(), Type.Null()], { description: 'null: must be given' }),
        },
        { additionalProperties: false },
      ),
    ),
    usedBy: Type.Integer({ description: 'VEs that have it' }),
  },
  { additionalProperties: false, $id: 'ApplicationSummary' },
);
export type ApplicationSummary = Static<typeof ApplicationSummary>;

/** An application in a VE. */
export const ApplicationStatus = Type.Object(
  {
    ve: Type.String(),
    application: ApplicationName,
    version: Type.Union([Type.String(), Type.Null()], { description: 'null while the VE does not run' }),
    newest: Type.Union([Type.String(), Type.Null()], {
      description: 'What the node knows of; null: nothing yet',
    }),
    upToDate: Type.Union([Type.Boolean(), Type.Null()], {
      description: 'Whether it and all that it needs are the newest',
    }),
    healthy: Type.Union([Type.Boolean(), Type.Null()]),
    settings: ApplicationSettings,
  },
  { additionalProperties: false, $id: 'ApplicationStatus' },
);
export type ApplicationStatus = Static<typeof ApplicationStatus>;
