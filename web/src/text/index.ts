import { en } from './en/index.ts';

/** All that the panel says, in one language. Another language is another object of this shape. */
export type Texts = typeof en;

const languages: Readonly<Record<string, Texts>> = { en };

/** The language of the browser where there is a catalogue for it, else English. */
export const language =
  navigator.languages.map((tag) => tag.split('-')[0] ?? '').find((tag) => tag in languages) ?? 'en';

export const text: Texts = languages[language] ?? en;
