import { type Static, Type } from 'typebox';

const limit = (description: string) =>
  Type.Union([Type.Integer({ minimum: 0, maximum: 2 ** 50 }), Type.Null()], { description });

/** What the files of a user or a group of a VE may take, and take. */
export const GuestQuota = Type.Object(
  {
    kind: Type.Enum(['user', 'group']),
    id: Type.Integer({ minimum: 0, description: 'Inside the VE' }),
    name: Type.Union([Type.String(), Type.Null()], { description: 'Inside the VE; null where it has none' }),
    usedBytes: Type.Integer({ minimum: 0 }),
    softBytes: limit('Bytes that it may pass for a week; null: no limit'),
    bytes: limit('Bytes that it never gets more than; null: no limit'),
    usedInodes: Type.Integer({ minimum: 0 }),
    softInodes: limit('Files and folders that it may pass for a week; null: no limit'),
    inodes: limit('Files and folders that it never gets more than; null: no limit'),
  },
  { $id: 'GuestQuota', additionalProperties: false },
);
export type GuestQuota = Static<typeof GuestQuota>;

/** What `quota set` takes: limits left out stay. */
export const GuestQuotaChange = Type.Object(
  {
    kind: GuestQuota.properties.kind,
    who: Type.String({
      pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}[$]?$',
      description: 'Name or number of the user or group inside the VE',
    }),
    bytes: Type.Optional(GuestQuota.properties.bytes),
    softBytes: Type.Optional(GuestQuota.properties.softBytes),
    inodes: Type.Optional(GuestQuota.properties.inodes),
    softInodes: Type.Optional(GuestQuota.properties.softInodes),
  },
  { $id: 'GuestQuotaChange', additionalProperties: false },
);
export type GuestQuotaChange = Static<typeof GuestQuotaChange>;
