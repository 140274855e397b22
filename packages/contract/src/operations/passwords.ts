import { Type } from 'typebox';
import { AccountPassword } from '../schemas/guest-account.ts';
import { defineOperation } from './definition.ts';
import { veErrors, veParams } from './parts.ts';

export const vePassword = defineOperation({
  id: 've.password',
  title: 'Set a password in a VE',
  description:
    'Sets the password of root, or of another account, in a VE that is running or mounted. Nobody has to know the one until now, and an account that was locked is open again. Sessions inside go on.',
  kind: 'edit',
  method: 'PUT',
  path: '/v1/ves/{ve}/password',
  params: veParams,
  body: AccountPassword,
  result: Type.Null(),
  errors: [
    ...veErrors,
    'wrong_state',
    'busy',
    'shutting_down',
    'weak_password',
    'entry_not_found',
    'file_not_found',
    'file_refused',
    'precondition_failed',
    'no_space',
    'exec_failed',
    'timeout',
    'tool_failed',
  ],
  permission: 've.exec',
  states: ['running', 'mounted'],
  cli: {
    verb: ['password'],
    positionals: [{ field: 've' }],
    examples: [
      { command: 'insula password web1', text: 'asks for the new password of root' },
      { command: 'insula password web1 --account alice', text: 'that of another account' },
    ],
  },
});
