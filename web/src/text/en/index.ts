import { create } from './create.ts';
import { operations } from './operations.ts';
import { others } from './others.ts';
import { shell } from './shell.ts';
import { ve } from './ve.ts';
import { ves } from './ves.ts';
import { words } from './words.ts';

/** Everything that the panel says in English. */
export const en = { ...shell, ...words, ...ves, ...ve, ...others, create, operations };
