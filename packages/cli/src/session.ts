import type { ParsedCommand } from './arguments/parse.ts';
import { ApiClient } from './client/api-client.ts';
import type { Context } from './context.ts';
import { chosenProfile, remoteOf } from './login/profiles.ts';

/** One command on its way: what was asked, the daemon to ask, and where to answer. */
export interface Session extends Pick<ParsedCommand, 'command' | 'positionals' | 'options'> {
  readonly context: Context;
  readonly client: ApiClient;
  readonly json: boolean;
  readonly quiet: boolean;
}

export const defaultSocket = '/run/insula/insulad.sock';

export function openSession({ command, positionals, options }: ParsedCommand, context: Context): Session {
  const debug = options.boolean('debug') ?? false;
  const named = options.text('socket') ?? (context.environment['INSULA_SOCKET'] || undefined);
  const profile =
    named === undefined ? chosenProfile(context.environment, options.text('profile')) : undefined;
  const trace = (line: string) => void context.stderr.write(`${line}\n`);
  return {
    command,
    positionals,
    options,
    context,
    client: new ApiClient({
      socketPath: named ?? defaultSocket,
      remote: profile === undefined ? undefined : remoteOf(profile),
      trace: debug ? trace : undefined,
    }),
    json: options.boolean('json') ?? false,
    quiet: options.boolean('quiet') ?? false,
  };
}

/** The one value of a positional. */
export function positional({ positionals }: Pick<Session, 'positionals'>, field: string): string {
  return positionals[field]?.[0] ?? '';
}
