import { type Static, Type } from 'typebox';
import { VeReference } from './names.ts';

const bytes = (description: string) => Type.Integer({ minimum: 0, description });

/** What the object store holds and what sharing saves. */
export const VzfsUse = Type.Object(
  {
    logicalBytes: bytes('What the files of all templates, and those that VEs share, would take one by one'),
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
    ves: Type.Array(
      Type.Object(
        {
          ve: Type.String({ description: 'Its name' }),
          uuid: Type.String(),
          logicalBytes: bytes('Changed files that `optimize` moved to the store'),
          ownBytes: bytes('What of them nothing else needs'),
          sharedBytes: bytes('What of them templates or other VEs need, too'),
          files: Type.Integer({ minimum: 0, description: 'How many they are' }),
          privateBytes: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
            description:
              'What its private area takes; null in layout plain, which cannot tell, and while an image is closed',
          }),
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
          layers: Type.Array(Type.String(), {
            description: 'Layers that need the object: of templates by name, of VEs by digest',
          }),
          repairedFrom: Type.Union([Type.String(), Type.Null()], {
            description:
              'The changed file of a VE, or of a snapshot, that it was put right from; null: none has its content',
          }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'VzfsVerification' },
);
export type VzfsVerification = Static<typeof VzfsVerification>;

/** What became of the changed files of one VE. */
export const VeOptimization = Type.Object(
  {
    ve: Type.String({ description: 'Its name' }),
    uuid: Type.String(),
    readFiles: Type.Integer({ minimum: 0, description: 'Changed files that were looked at' }),
    movedFiles: Type.Integer({ minimum: 0, description: 'Files that are in the store now' }),
    movedBytes: bytes('What they took in the private area'),
    storedBytes: bytes('What of it the store did not have before'),
    problem: Type.Union([Type.String(), Type.Null()], {
      description: 'Why it was left as it is, when all were asked for; null: it was not',
    }),
  },
  { additionalProperties: false, $id: 'VeOptimization' },
);
export type VeOptimization = Static<typeof VeOptimization>;

export const VzfsOptimize = Type.Object(
  {
    ves: Type.Optional(
      Type.Array(VeReference, { minItems: 1, maxItems: 1000, description: 'VEs, by name, CTID or UUID' }),
    ),
    all: Type.Optional(
      Type.Boolean({ description: 'All VEs that are stopped and that nothing else is done to' }),
    ),
  },
  { additionalProperties: false, $id: 'VzfsOptimize' },
);
export type VzfsOptimize = Static<typeof VzfsOptimize>;

export const VzfsCollection = Type.Object(
  {
    removedLayers: Type.Integer({ minimum: 0, description: 'Layers of VEs that no VE and no snapshot has' }),
    kept: Type.Integer({ minimum: 0 }),
    removed: Type.Integer({ minimum: 0 }),
    removedBytes: bytes('Space that was freed'),
  },
  { additionalProperties: false, $id: 'VzfsCollection' },
);
export type VzfsCollection = Static<typeof VzfsCollection>;
