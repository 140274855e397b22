import { row } from './error-row.ts';

/** Errors about what is inside VEs: files, services, processes, accounts. */
export const insideErrors = {
  file_exists: row(
    409,
    'conflict',
    'there is {path} in VE {ve} already',
    'choose another name, or say that it is to be replaced',
  ),
  no_services: row(
    409,
    'conflict',
    'VE {ve} has no services: its init ({init}) has none',
    'run what you want run with `insula exec {ve}`',
  ),
  no_journal: row(
    409,
    'conflict',
    'VE {ve} has no journal to tell of: {problem}',
    '`insula log {ve}` shows its console; `insula file get {ve} /var/log/syslog` what a syslog has written',
  ),
  service_not_found: row(
    404,
    'notFound',
    'VE {ve} has no service {service}',
    '`insula services {ve}` shows those that it has',
  ),
  service_refused: row(
    409,
    'conflict',
    'service {service} of VE {ve} did not {action}: {problem}',
    '`insula services {ve}` shows what it does now; its log tells why',
  ),
  no_account_tools: row(
    409,
    'conflict',
    'VE {ve} has no useradd, usermod and userdel',
    'install them in it: the package is `passwd` in Debian, `shadow` elsewhere',
  ),
  account_refused: row(
    409,
    'conflict',
    'VE {ve} did not {action} account {account}: {problem}',
    '`insula account list {ve}` shows those that it has',
  ),
  process_not_found: row(
    404,
    'notFound',
    'VE {ve} has no process {pid}',
    '`insula ps {ve}` shows those that it has',
  ),
  process_protected: row(
    409,
    'conflict',
    'process {pid} of VE {ve} is its init',
    'stop the VE, or kill it: `insula stop {ve}`, `insula kill {ve}`',
  ),
  file_refused: row(
    409,
    'conflict',
    'the file system of VE {ve} refuses {path}: {problem}',
    '`insula file show {ve} {path}` tells what it is',
  ),
};
