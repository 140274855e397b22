import type { ErrorRow } from './error-row.ts';
import { row } from './error-row.ts';

/** Errors about who asks, and what he may do. */
export const accessErrors = {
  unauthenticated: row(
    401,
    'refused',
    'nobody knows who asks: {problem}',
    'log in with `insula login`, or send a token as `Authorization: Bearer …`',
  ),
  login_refused: row(
    401,
    'refused',
    'user name, password or code is wrong',
    'try again; an administrator sets a new password with `insula user password`',
  ),
  realm_unknown: row(
    404,
    'notFound',
    'nobody logs in by {realm} on this node',
    'name the service in the configuration of the node: `api.{realm}`',
  ),
  realm_unavailable: row(
    503,
    'unavailable',
    'nobody can log in by {realm}: it does not answer as it should',
    'look whether that service is up; the log of the daemon says what went wrong',
  ),
  foreign_user: row(
    409,
    'refused',
    'the node does not know the password of {user}, who is of the realm {realm}',
    'change it where the user logs in',
  ),
  second_factor_needed: row(
    401,
    'refused',
    'user {user} has a second factor: its code is missing',
    'send the code that the app shows, too',
  ),
  passkey_needed: row(
    401,
    'refused',
    'user {user} logs in with a passkey: the password alone lets nobody in',
    'log in with the passkey in the panel; programs use a token',
  ),
  passkey_elsewhere: row(
    409,
    'refused',
    'passkeys do not work at {origin}',
    'they work where the panel is reached by a name of the node, not by an IP address: {origins}',
  ),
  passkey_refused: row(
    400,
    'usage',
    'this passkey is refused: {problem}',
    'begin again; the authenticator must ask for a PIN, a finger or a face',
  ),
  passkey_copied: row(
    401,
    'refused',
    'the passkey {passkey} of {user} may have been copied: it lets nobody in any more',
    'log in another way, remove it, and register the authenticator anew if it is still yours',
  ),
  fresh_login_needed: row(
    403,
    'refused',
    'the login of {user} is too long ago for this',
    'send the password, too, or log in anew',
  ),
  too_many_attempts: row(
    429,
    'refused',
    'too many failed logins: the next one is looked at in {seconds} s',
    'wait that long',
  ),
  cross_site: row(
    403,
    'refused',
    'a request of another site is refused: {problem}',
    'see the API how-to: changes by cookie or certificate carry the header Insula-Request',
  ),
  entry_not_found: row(404, 'notFound', 'no {kind} {name}', '`insula {kind} list` shows those there are'),
  entry_exists: row(409, 'conflict', 'there is a {kind} {name} already', 'choose another name'),
  role_in_use: row(
    409,
    'conflict',
    'the role {role} is granted {count} times',
    'take the grants back first: `insula grant list`',
  ),
  built_in: row(
    409,
    'refused',
    'the role {role} is built in',
    'make your own from it: `insula role create NAME --from {role}`',
  ),
  precondition_failed: row(
    412,
    'conflict',
    'it is not what it was any more: {problem}',
    'read it again, and decide anew',
  ),
  key_reused: row(
    409,
    'conflict',
    'the idempotency key {key} belongs to another request',
    'use a new key for each request that is not a repetition',
  ),
  not_held: row(
    403,
    'refused',
    'nobody can hand on what he does not hold: {privilege} on {scope}',
    'ask somebody who holds it',
  ),
  withheld: row(
    403,
    'refused',
    'a policy withholds {what} from owners of VEs',
    'ask an administrator: `insula policy list` shows who withholds it',
  ),
  too_many_snapshots: row(
    403,
    'refused',
    'owners of {ve} may have {most} snapshots at most',
    'delete one first: `insula snapshot delete`, or ask an administrator for more',
  ),
  weak_password: row(
    400,
    'usage',
    'this password is refused: {problem}',
    'choose a longer one; words are fine',
  ),
} as const satisfies Readonly<Record<string, ErrorRow>>;
