import { hostname } from 'node:os';
import { type ApiToken, CodedError, exitCodes, requestOf } from '@insula/contract';
import { ApiClient } from '../client/api-client.ts';
import { askSecret } from '../commands/secrets.ts';
import { UsageError } from '../errors/usage-error.ts';
import { singleLine } from '../output/sanitize.ts';
import { positional, type Session } from '../session.ts';
import { learnAuthority } from './learn-authority.ts';
import { type Profile, readProfiles, remoteOf, writeProfiles } from './profiles.ts';

/** Days that the token of a login is valid. */
const tokenDays = 30;

/** The header without which a change by cookie is taken for one of another site. */
const header = { 'insula-request': '1' };

/** `insula login`: from here on commands go to that node, by a token of the user. */
export async function runLogin(session: Session): Promise<number> {
  const { context, options } = session;
  const url = urlOf(positional(session, 'url'));
  const user = options.text('user') ?? context.environment['USER'] ?? '';
  if (user === '') throw new UsageError('no user was given', 'add --user NAME');
  const authority = await agreedAuthority(session, url);
  const remote = { url: url.origin, authority };
  const password = await askSecret(context, `Password of ${singleLine(user)}`);
  const cookie = await beginSession(session, remote, { user, password });
  const client = new ApiClient({ socketPath: '', remote: { ...remote, headers: { cookie, ...header } } });
  try {
    const { result } = await client.call<ApiToken & { readonly token: string }>(
      requestOf('token.create', { body: { name: `insula at ${hostname()}`.slice(0, 64), days: tokenDays } }),
    );
    const name = options.text('name') ?? url.hostname;
    const profile: Profile = { url: url.origin, user, authority, token: result.token, tokenId: result.id };
    const { profiles } = readProfiles(context.environment);
    writeProfiles(context.environment, { current: name, profiles: { ...profiles, [name]: profile } });
    if (!session.quiet)
      context.stdout.write(
        `logged in to ${singleLine(url.origin)} as ${singleLine(user)} until ${result.expiresAt}\n`,
      );
  } finally {
    // the token is what stays
    await client.call(requestOf('session.revoke', { params: { session: 'current' } })).catch(() => undefined);
  }
  return exitCodes.ok;
}

/** `insula logout`: the token is revoked, and commands go to the local socket again. */
export async function runLogout(session: Session): Promise<number> {
  const { environment } = session.context;
  const { current, profiles } = readProfiles(environment);
  const name = session.options.text('name') ?? current;
  const profile = name === null ? undefined : profiles[name];
  if (name === null || profile === undefined)
    throw new UsageError('not logged in anywhere', '`insula login https://…` does that');
  const { [name]: _gone, ...rest } = profiles;
  writeProfiles(environment, { current: current === name ? null : current, profiles: rest });
  const client = new ApiClient({ socketPath: '', remote: remoteOf(profile) });
  await client.call(requestOf('token.revoke', { params: { token: profile.tokenId } }));
  return exitCodes.ok;
}

function urlOf(text: string): URL {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new UsageError(`${text} is no address of a node`, 'give https://NAME:PORT');
  if (url.port === '' && !text.endsWith(':443')) url.port = '4648';
  return url;
}

/** The authority that the node is known by from now on: one that this machine trusts anyway, or that a person has compared. */
async function agreedAuthority({ context, options }: Session, url: URL): Promise<string | null> {
  const shown = await learnAuthority(url);
  const wanted = options.text('fingerprint');
  if (wanted !== undefined) {
    if (wanted.toUpperCase() === shown.fingerprint) return shown.authority;
    throw new UsageError(
      `the authority of ${url.host} has another fingerprint: ${shown.fingerprint}`,
      'compare with `insula authority show` on the node; somebody may be in between',
    );
  }
  if (shown.isTrusted) return null;
  context.stderr.write(
    `The authority of ${url.host} has the fingerprint\n  ${shown.fingerprint}\nand \`insula authority show\` on the node shows the same, if nobody is in between.\n`,
  );
  if (context.stdin.isTTY !== true || context.stderr.isTTY !== true)
    throw new UsageError('nobody can be asked whether that is the node', 'give --fingerprint');
  const answer = await askSecret(context, 'Is it the same? Type "yes" to go on', { isShown: true });
  if (answer !== 'yes') throw new UsageError('not confirmed', 'nothing was done');
  return shown.authority;
}

/** The cookie of a new session. The second factor is asked for when the node wants one. */
async function beginSession(
  { context, options }: Session,
  remote: { readonly url: string; readonly authority: string | null },
  login: { readonly user: string; readonly password: string },
): Promise<string> {
  const client = new ApiClient({ socketPath: '', remote: { ...remote, headers: header } });
  const attempt = async (code: string | undefined) => {
    const body = code === undefined ? login : { ...login, code };
    const response = await client.open(requestOf('session.create', { body }));
    response.resume();
    return String(response.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  };
  const code = options.text('code');
  try {
    return await attempt(code);
  } catch (error) {
    const isWanted = error instanceof CodedError && error.code === 'second_factor_needed';
    if (!isWanted || code !== undefined || context.stdin.isTTY !== true) throw error;
    return await attempt(await askSecret(context, 'Code of the app'));
  }
}
