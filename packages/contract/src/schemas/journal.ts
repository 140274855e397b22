import { type Static, Type } from 'typebox';

const cursorRule = { pattern: '^[A-Za-z0-9=;]+$', maxLength: 400 } as const;

/** A cursor of journalctl(1), of an entry that was answered. */
export const JournalCursor = (description: string) => Type.String({ ...cursorRule, description });

/** What a service of a VE wrote into its log. All of it is the VE's own word. */
export const JournalEntry = Type.Object(
  {
    at: Type.String({ description: 'ISO 8601, UTC' }),
    source: Type.String({ description: 'The program, as it calls itself' }),
    service: Type.Union([Type.String(), Type.Null()], { description: 'Null for what is of none' }),
    priority: Type.Union([Type.Integer({ minimum: 0, maximum: 7 }), Type.Null()], {
      description: 'From 0 (emergency) to 7 (debug), as syslog(3) has them; null: it does not say',
    }),
    text: Type.String({ description: 'At most 4096 characters' }),
    cursor: Type.String({ description: 'Where it stands, for `after` and `before`' }),
  },
  { additionalProperties: false, $id: 'JournalEntry' },
);
export type JournalEntry = Static<typeof JournalEntry>;
