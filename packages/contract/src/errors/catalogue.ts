import { accessErrors } from './access-errors.ts';
import { areaErrors } from './area-errors.ts';
import { type ErrorRow, row } from './error-row.ts';
import { insideErrors } from './inside-errors.ts';
import { interfaceErrors } from './interface-errors.ts';
import { templateErrors } from './template-errors.ts';

/** Every error that Insula answers with. Codes are stable: they may be added, never renamed or reused. */
export const errorCatalogue = {
  invalid_input: row(400, 'usage', '{field}: {problem}', 'correct the field and try again'),
  unknown_field: row(
    400,
    'usage',
    'unknown field {field}',
    'remove it, or see the reference for the fields of this call',
  ),
  invalid_parameter: row(
    400,
    'usage',
    '{parameter}: {problem}',
    'see `insula help parameters` for units and ranges',
  ),
  body_too_large: row(413, 'usage', 'the request body is larger than {limit} bytes', 'send less at once'),
  malformed_request: row(
    400,
    'usage',
    'the request cannot be read: {problem}',
    'send valid JSON with the right content type',
  ),
  unsupported_media_type: row(
    415,
    'usage',
    'content type {type} is not accepted here',
    'see the content types of this call in the API description',
  ),
  no_such_route: row(
    404,
    'notFound',
    'no such call: {method} {path}',
    'see /v1/openapi.json for the calls there are',
  ),

  ve_not_found: row(404, 'notFound', 'no VE {ve}', '`insula list` shows the VEs of this node'),
  snapshot_not_found: row(
    404,
    'notFound',
    'VE {ve} has no snapshot {snapshot}',
    '`insula snapshot list {ve}` shows those that it has',
  ),
  snapshot_exists: row(
    409,
    'conflict',
    'VE {ve} has a snapshot {snapshot} already',
    'choose another name, or delete that one: `insula snapshot delete {ve} {snapshot}`',
  ),
  sample_not_found: row(
    404,
    'notFound',
    'no sample {sample}; {suggestion}',
    '`insula sample list` shows the samples there are',
  ),
  sample_shipped: row(
    409,
    'refused',
    'the sample {sample} is shipped with Insula and stays as it is',
    'save one of your own under another name',
  ),
  operation_not_found: row(
    404,
    'notFound',
    'no operation {operation}',
    '`insula operation list` shows recent operations',
  ),
  file_not_found: row(404, 'notFound', 'no file {path} in VE {ve}', 'check the path inside the VE'),
  user_not_found: row(
    404,
    'notFound',
    'no user or group {user} in VE {ve}',
    'give a name from its /etc/passwd, or numeric ids',
  ),

  name_taken: row(409, 'conflict', 'the name {name} belongs to another VE', 'choose another name'),
  ctid_taken: row(
    409,
    'conflict',
    'CTID {ctid} belongs to another VE',
    'choose another CTID, or leave it out',
  ),
  id_range_taken: row(
    409,
    'conflict',
    'the 65536 ids from {first} belong to VE {ve}',
    'give the VE another idBase in its ve.json; its files need no change',
  ),
  address_taken: row(
    409,
    'conflict',
    'address {address} belongs to VE {ve}',
    'choose another address, or leave it out',
  ),
  ...areaErrors,
  ...insideErrors,
  ...interfaceErrors,
  ...templateErrors,
  port_taken: row(
    409,
    'conflict',
    '{protocol} port {port} of the node is forwarded to VE {ve}',
    'choose another port of the node',
  ),
  rule_not_found: row(
    404,
    'notFound',
    'no firewall rule {rule}',
    '`insula firewall list` shows the rules and their numbers',
  ),
  address_in_use: row(
    409,
    'conflict',
    'address {address} is in use on the network: {holder} has it',
    'find out who has it, or give the VE another address',
  ),
  wrong_state: row(
    409,
    'conflict',
    'VE {ve} is {state}; {operation} needs it {allowed}',
    'bring the VE to the state that is needed first',
  ),
  busy: row(
    409,
    'conflict',
    '{target} is held by operation {operation} ({kind})',
    'wait for it, cancel it, or call with --if-busy wait',
  ),
  not_cancellable: row(
    409,
    'conflict',
    'operation {operation} cannot be cancelled: {reason}',
    'wait for its end',
  ),
  protected: row(
    409,
    'refused',
    'VE {ve} is protected against {operation}',
    'first run `insula set {ve} --no-protected`',
  ),

  forbidden: row(403, 'refused', 'this user may not {permission}', 'ask an administrator of the node'),
  ...accessErrors,

  no_space: row(
    507,
    'resources',
    'not enough space in {path}: {free} bytes free, {needed} needed',
    'free some space, or enlarge the pool',
  ),
  no_address: row(507, 'resources', 'no free address in {pool}', 'enlarge the address pool, or destroy VEs'),
  no_id_range: row(
    507,
    'resources',
    'no free range of user ids for another VE',
    'enlarge idRange in the node configuration',
  ),
  no_ctid: row(507, 'resources', 'no free CTID', 'destroy VEs that are not needed'),

  overcommitted: row(
    409,
    'resources',
    'VE {ve} asks for a guarantee of {wanted} of {resource}, and {free} of {total} can still be promised',
    'promise less, here or to others (`insula capacity`), or force it: what is forced is recorded',
  ),

  host_lacks: row(501, 'host', 'this host lacks {feature}: {consequence}', 'run `insula doctor`; {remedy}'),
  tool_failed: row(
    500,
    'host',
    '{tool} failed: {problem}',
    'see the log of the operation; `insula doctor` checks the host',
  ),
  layer_missing: row(
    500,
    'host',
    'a layer of VE files is not there: {path}',
    'bring it back from a backup of the pool; nothing of the VE was changed',
  ),
  start_failed: row(500, 'host', 'VE {ve} did not start: {problem}', '`insula log {ve}` shows its console'),
  checkpoint_blocked: row(
    409,
    'refused',
    'the processes of VE {ve} cannot be saved: {problem} (and {more} more)',
    '{remedy}; `insula checkpoint check {ve}` lists everything',
  ),
  checkpoint_failed: row(
    500,
    'host',
    'saving the processes of VE {ve} failed: {problem}',
    'the VE runs on as before; `insula doctor` checks CRIU',
  ),
  checkpoint_damaged: row(
    500,
    'host',
    'the saved processes in {path} are damaged: {problem}',
    '`insula kill` gives them up, so that the VE can be started',
  ),
  checkpoint_not_found: row(
    404,
    'notFound',
    'VE {ve} has no checkpoint {checkpoint}',
    '`insula checkpoint list {ve}` shows those that it has',
  ),
  checkpoint_outdated: row(
    409,
    'conflict',
    'the checkpoint {checkpoint} does not fit VE {ve} any more: {problem}',
    'set that back; or bring only its files back, with the VE stopped: `insula snapshot restore {ve} {checkpoint}`',
  ),
  restore_failed: row(
    500,
    'host',
    'bringing the processes of VE {ve} back failed: {problem}',
    'it stays as it was saved; `insula kill {ve}` gives its processes up',
  ),
  migration_blocked: row(
    409,
    'refused',
    'VE {ve} cannot migrate to {node} as asked: {problem}',
    '{remedy}; `insula migration check {ve} {node}` lists everything',
  ),
  migration_aborted: row(
    409,
    'conflict',
    'the migration with {node} was given up',
    'the VE is where it was before; see the log of the operation on both nodes',
  ),
  migration_failed: row(
    500,
    'host',
    '{node} could not take the VE: {problem}',
    'the VE goes on where it was; see the log of the operation on {node}',
  ),
  evacuation_incomplete: row(
    409,
    'conflict',
    '{moved} VEs have moved to {node}, and {left} are still here: {problem}',
    'the log of the operation names every one and why; `insula migration check` says what helps',
  ),
  migration_unknown: row(
    404,
    'notFound',
    'no migration {migration} is under way here',
    'it may have been given up; see the log of the operation',
  ),
  migration_ended: row(
    409,
    'conflict',
    'the migration {migration} has ended here',
    'see the log of the operation on the other node',
  ),
  peer_unknown: row(
    404,
    'notFound',
    'no node {node} is trusted',
    '`insula peer list` shows those that are; `insula peer trust` adds one',
  ),
  peer_unreachable: row(
    502,
    'unavailable',
    'node {node} cannot be reached at {address}: {problem}',
    'see that its insulad runs, and that nothing between filters the port',
  ),
  peer_refused: row(
    502,
    'refused',
    'node {node} at {address} is not the one that is trusted: {problem}',
    'compare `insula node identity` there with `insula peer list` here, and the other way round',
  ),
  alert_rule_not_found: row(
    404,
    'notFound',
    'no alert rule {rule}',
    '`insula alert-rule list` shows those there are',
  ),
  alert_receiver_not_found: row(
    404,
    'notFound',
    'no receiver {receiver}',
    '`insula alert-receiver list` shows those there are',
  ),
  private_area_damaged: row(
    500,
    'host',
    'the private area {path} cannot be read: {problem}',
    'repair ve.json there; the data beside it is untouched',
  ),
  exec_failed: row(
    500,
    'host',
    'the command cannot be run in VE {ve}: {problem}',
    'check the command and its path inside the VE',
  ),
  copy_failed: row(
    409,
    'refused',
    'tar inside VE {ve} failed: {problem}',
    'see that the archive is whole, and that the VE has tar and room for it',
  ),

  cancelled: row(499, 'cancelled', 'the operation was cancelled', 'start it again if it is still wanted'),
  interrupted: row(
    500,
    'internal',
    'insulad ended in the middle of the operation; {outcome}',
    'start it again if it is still wanted',
  ),
  timeout: row(
    504,
    'timeout',
    '{what} did not happen within {seconds} s',
    'wait longer, or look at `insula log`',
  ),
  time_limit: row(
    504,
    'timeout',
    '{kind} of {target} was given up: it had not ended after {seconds} s',
    'give it longer: --time-limit, and the parameters migrationtime and backuptime of the VE; `insula operation show` tells how long each step took',
  ),
  daemon_unavailable: row(
    503,
    'unavailable',
    'insulad does not answer at {socket}: {problem}',
    'start it: `systemctl start insulad`, or ./quickstart',
  ),
  already_running: row(
    409,
    'conflict',
    'another insulad runs at {path}',
    'stop it first, or give this node directories of its own',
  ),
  shutting_down: row(503, 'unavailable', 'insulad is shutting down', 'try again in a moment'),
  internal: row(
    500,
    'internal',
    'a fault of insula itself: {problem}',
    'please report it with the log of insulad',
  ),
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ErrorCode = keyof typeof errorCatalogue;
