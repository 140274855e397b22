import { type Static, Type } from 'typebox';

const migrationModes = ['live', 'near-live', 'cold'] as const;

/** live: with its processes and connections · near-live: files sent while it runs, then a short stop · cold: stopped all along. */
export const MigrationMode = Type.Enum([...migrationModes]);
export type MigrationMode = Static<typeof MigrationMode>;

export const NodeName = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,31}$',
  description: 'Name of another node, as it was trusted',
});

export const MigrationCheck = Type.Object(
  {
    node: Type.String(),
    mode: Type.Union([MigrationMode, Type.Null()], { description: 'The gentlest way there is; null: none' }),
    sendsTemplate: Type.Boolean({ description: 'Its template is missing there and would be sent, too' }),
    blockers: Type.Array(
      Type.Object(
        {
          problem: Type.String(),
          remedy: Type.String(),
          keepsFrom: Type.Enum(['live', 'all'], { description: 'What it keeps the VE from' }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'MigrationCheck' },
);
export type MigrationCheck = Static<typeof MigrationCheck>;

export const Fingerprint = Type.String({
  pattern: '^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$',
  description: 'SHA-256 of the certificate of a node, as `insula node identity` shows it there',
});

/** What another node must know to trust this one. */
export const NodeIdentity = Type.Object(
  {
    name: Type.String(),
    port: Type.Integer({ description: 'TCP port of the link between nodes' }),
    listening: Type.Boolean(),
    fingerprint: Fingerprint,
    validUntil: Type.String({ description: 'End of the certificate, ISO 8601' }),
  },
  { additionalProperties: false, $id: 'NodeIdentity' },
);
export type NodeIdentity = Static<typeof NodeIdentity>;

/** Another node that is trusted: it may send VEs here, and take VEs from here. */
export const Peer = Type.Object(
  {
    name: NodeName,
    address: Type.String({ pattern: '^[A-Za-z0-9.:_-]{1,253}$', description: 'Address or host name' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    fingerprint: Fingerprint,
  },
  { additionalProperties: false, $id: 'Peer' },
);
export type Peer = Static<typeof Peer>;
