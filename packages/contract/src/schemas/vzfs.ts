import { type Static, Type } from 'typebox';

const bytes = (description: string) => Type.Integer({ minimum: 0, description });

/** What the object store holds and what sharing saves. */
export const VzfsUse = Type.Object(
  {
    logicalBytes: bytes('What all layers would take one by one'),
    storedBytes: bytes('What they take together'),
    savedBytes: bytes('The difference'),
    objects: Type.Integer({ minimum: 0, description: 'Distinct files' }),
    layers: Type.Array(
      Type.Object(
        {
          layer: Type.String({ description: 'NAME@VERSION' }),
          logicalBytes: bytes('Its files'),
          ownBytes: bytes('What no other layer needs'),
          sharedBytes: bytes('What other layers need, too'),
          files: Type.Integer({ minimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'VzfsUse' },
);
export type VzfsUse = Static<typeof VzfsUse>;

export const VzfsVerification = Type.Object(
  {
    objects: Type.Integer({ minimum: 0, description: 'Objects that were read' }),
    bytes: bytes('Bytes that were read'),
    damaged: Type.Array(
      Type.Object(
        {
          digest: Type.String(),
          problem: Type.String(),
          layers: Type.Array(Type.String(), { description: 'Layers that need the object' }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'VzfsVerification' },
);
export type VzfsVerification = Static<typeof VzfsVerification>;

export const VzfsCollection = Type.Object(
  {
    kept: Type.Integer({ minimum: 0 }),
    removed: Type.Integer({ minimum: 0 }),
    removedBytes: bytes('Space that was freed'),
  },
  { additionalProperties: false, $id: 'VzfsCollection' },
);
export type VzfsCollection = Static<typeof VzfsCollection>;
