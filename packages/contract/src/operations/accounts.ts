import { Type } from 'typebox';
import { AccountChange, AccountCreate, AccountName, VeAccount } from '../schemas/guest-account.ts';
import { VeReference } from '../schemas/names.ts';
import { column, defineOperation } from './definition.ts';
import { insideErrors, veParams } from './parts.ts';

const right = { align: 'right' } as const;

const accountParams = Type.Object({ ve: VeReference, account: AccountName }, { additionalProperties: false });

const changeErrors = [...insideErrors, 'no_account_tools', 'account_refused'] as const;

/** Changes are made by the VE's own tools, as its root: whoever may run commands in it could do the same. */
const changing = { kind: 'edit', permission: 've.exec', states: ['running'] } as const;

const positionals = [{ field: 've' }, { field: 'account' }] as const;

export const accountList = defineOperation({
  id: 'account.list',
  title: 'List the accounts of a VE',
  description:
    'Who can be inside a VE that is running or mounted: the accounts of its own files, in their order. Those of a directory that it asks are not among them.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/accounts',
  params: veParams,
  result: Type.Array(VeAccount),
  errors: [...insideErrors],
  permission: 've.exec',
  states: ['running', 'mounted'],
  cli: {
    verb: ['account', 'list'],
    positionals: [{ field: 've' }],
    columns: [
      column('name', { title: 'ACCOUNT' }),
      column('uid', right),
      column('kind'),
      column('fullName', { title: 'NAME' }),
      column('groups'),
      column('password'),
      column('shell'),
      column('home', { shown: false }),
      column('gid', { shown: false, ...right }),
    ],
    examples: [{ command: 'insula account list web1 --filter kind=person', text: 'people, not services' }],
  },
});

export const accountCreate = defineOperation({
  id: 'account.create',
  title: 'Create an account in a VE',
  description:
    'Makes an account in a running VE, with a home and a group of its own. Without a password only keys let it in. It is made by the tools of the VE, and is there whole or not at all.',
  ...changing,
  method: 'POST',
  path: '/v1/ves/{ve}/accounts',
  params: veParams,
  body: AccountCreate,
  result: VeAccount,
  errors: [
    ...changeErrors,
    'entry_exists',
    'weak_password',
    'entry_not_found',
    'precondition_failed',
    'no_space',
  ],
  cli: {
    verb: ['account', 'create'],
    positionals: [{ field: 've' }, { field: 'name' }],
    shows: true,
    examples: [
      { command: 'insula account create web1 alice --password', text: 'asks for the password' },
      { command: 'insula account create web1 deploy --groups www-data', text: 'one for keys only' },
    ],
  },
});

export const accountSet = defineOperation({
  id: 'account.set',
  title: 'Change an account of a VE',
  description: 'Changes an account of a running VE. What is left out stays. `ve.password` sets its password.',
  ...changing,
  method: 'PATCH',
  path: '/v1/ves/{ve}/accounts/{account}',
  params: accountParams,
  body: AccountChange,
  result: VeAccount,
  errors: [...changeErrors, 'entry_not_found'],
  cli: {
    verb: ['account', 'set'],
    positionals,
    shows: true,
    examples: [
      { command: 'insula account set web1 alice --locked', text: 'its password is refused from now on' },
      { command: 'insula account set web1 alice --groups sudo', text: 'in this group and no other' },
    ],
  },
});

export const accountDelete = defineOperation({
  id: 'account.delete',
  title: 'Delete an account of a VE',
  description:
    'Removes an account from a running VE; one that has processes is not removed, and neither is root. Its home stays unless it is to go, too; files elsewhere stay in any case.',
  ...changing,
  method: 'DELETE',
  path: '/v1/ves/{ve}/accounts/{account}',
  params: accountParams,
  query: Type.Object(
    { home: Type.Optional(Type.Boolean({ default: false, description: 'Its home goes, too' })) },
    { additionalProperties: false },
  ),
  result: Type.Null(),
  errors: [...changeErrors, 'entry_not_found'],
  cli: {
    verb: ['account', 'delete'],
    positionals,
    examples: [{ command: 'insula account delete web1 alice --home', text: 'with its home' }],
  },
});
