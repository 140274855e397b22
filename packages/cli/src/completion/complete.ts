import { exitCodes } from '@insula/contract';
import { ApiClient } from '../client/api-client.ts';
import { ask } from '../client/calls.ts';
import type { Context } from '../context.ts';
import { chosenProfile, remoteOf } from '../login/profiles.ts';
import { singleLine } from '../output/sanitize.ts';
import { defaultSocket } from '../session.ts';
import { type Candidate, candidates, type Wanted } from './candidates.ts';

/** A shell that waits for a node that is busy or gone is worse than one that completes nothing. */
const patienceMs = 1000;

/** The first line asks the shell to complete file names besides what follows. */
const filesLine = ':files';

/**
 * `insula __complete WORDS...`: a line for each candidate that begins with the last word, with a tab and an explanation after it.
 * @returns 0, whatever happens
 */
export async function complete(words: readonly string[], context: Context): Promise<number> {
  const typed = words.at(-1) ?? '';
  const wanted = candidates(words.length === 0 ? [''] : words);
  const found = await resolve(wanted, words, context).catch(() => []);
  const valueTyped =
    typed.startsWith('--') && typed.includes('=') ? typed.slice(typed.indexOf('=') + 1) : typed;
  const lines = found
    .filter(({ word }) => word.startsWith(valueTyped))
    .map(({ word, text }) => `${word}\t${singleLine(text).slice(0, 80)}\n`);
  const files = wanted.kind === 'files' || (wanted.kind === 'names' && wanted.files);
  context.stdout.write(`${files ? `${filesLine}\n` : ''}${lines.join('')}`);
  return exitCodes.ok;
}

async function resolve(
  wanted: Wanted,
  words: readonly string[],
  context: Context,
): Promise<readonly Candidate[]> {
  switch (wanted.kind) {
    case 'words':
      return wanted.words;
    case 'columns': {
      const { columns } = wanted.command;
      return columns.map(({ key, title }) => ({ word: wanted.before + key, text: title }));
    }
    case 'names':
      return (await liveNames(wanted.of, words, context)).map(({ word, text }) => ({
        word: word + wanted.suffix,
        text,
      }));
    case 'files':
    case 'nothing':
      return [];
  }
}

async function liveNames(
  of: 've' | 'template' | 'operation',
  words: readonly string[],
  context: Context,
): Promise<readonly Candidate[]> {
  const at = words.indexOf('--socket');
  const named = (at >= 0 ? words[at + 1] : undefined) ?? (context.environment['INSULA_SOCKET'] || undefined);
  const profile = named === undefined ? chosenProfile(context.environment, undefined) : undefined;
  const remote = profile === undefined ? undefined : remoteOf(profile);
  const client = new ApiClient({ socketPath: named ?? defaultSocket, remote });
  const signal = AbortSignal.timeout(patienceMs);
  switch (of) {
    case 've':
      return (await ask(client, 've.list', {}, signal)).map(({ name, state, template }) => ({
        word: name,
        text: `${state}, ${template}`,
      }));
    case 'template':
      return (await ask(client, 'template.list', {}, signal)).map(({ name, title }) => ({
        word: name,
        text: title,
      }));
    case 'operation':
      return (await ask(client, 'operation.list', {}, signal)).map(({ id, kind, target, state }) => ({
        word: id,
        text: `${kind} ${target.name}, ${state}`,
      }));
  }
}
