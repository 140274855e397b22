import { Type } from 'typebox';
import { Address, AddressWish } from '../schemas/names.ts';
import { PoolUse } from '../schemas/network.ts';
import { VeDetail } from '../schemas/ve-view.ts';
import { column, defineOperation } from './definition.ts';
import { changeQuery, veChangeErrors, veParams } from './parts.ts';

export const veAddressAdd = defineOperation({
  id: 've.address.add',
  title: 'Give a VE more addresses',
  description:
    'Adds addresses to a VE; a running one has them at once. On networks of the node, others are asked first whether they have the address.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/addresses',
  params: veParams,
  query: changeQuery,
  body: Type.Object(
    { addresses: Type.Array(AddressWish, { minItems: 1, maxItems: 64 }) },
    { additionalProperties: false },
  ),
  result: VeDetail,
  errors: [...veChangeErrors, 'address_taken', 'address_in_use', 'no_address'],
  permission: 've.configure',
  planned: true,
  cli: {
    verb: ['address', 'add'],
    positionals: [{ field: 've' }, { field: 'addresses', several: true }],
    examples: [
      { command: 'insula address add web1 10.101.0.9', text: 'one more address, live' },
      { command: 'insula address add web1 pool:public', text: 'the next free one of a pool' },
    ],
  },
});

export const veAddressRemove = defineOperation({
  id: 've.address.remove',
  title: 'Take addresses from a VE',
  description:
    'Removes addresses from a VE and gives them back to their pools; a running one loses them at once.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/addresses/remove',
  params: veParams,
  query: changeQuery,
  body: Type.Object(
    { addresses: Type.Array(Address, { minItems: 1, maxItems: 64, uniqueItems: true }) },
    { additionalProperties: false },
  ),
  result: VeDetail,
  errors: [...veChangeErrors],
  permission: 've.configure',
  planned: true,
  cli: {
    verb: ['address', 'remove'],
    positionals: [{ field: 've' }, { field: 'addresses', several: true }],
    examples: [{ command: 'insula address remove web1 10.101.0.9', text: 'one address less, live' }],
  },
});

export const poolList = defineOperation({
  id: 'pool.list',
  title: 'List address pools',
  description: 'The address pools of the node and how much of each is given out.',
  kind: 'read',
  method: 'GET',
  path: '/v1/pools',
  result: Type.Array(PoolUse),
  errors: ['forbidden', 'internal'],
  permission: 'node.read',
  cli: {
    verb: ['pool', 'list'],
    positionals: [],
    columns: [
      column('name'),
      column('prefix'),
      column('used', { align: 'right' }),
      column('free', { align: 'right' }),
      column('size', { align: 'right' }),
      column('automatic'),
      column('nat'),
    ],
    examples: [{ command: 'insula pool list', text: 'what is left of every pool' }],
  },
});
