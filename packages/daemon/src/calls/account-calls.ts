import { randomBytes } from 'node:crypto';
import { passwordProblem } from '@insula/access';
import { fault } from '@insula/contract';
import { AccountsInside, accountsInside, type NewPassword, setPassword } from '@insula/ve';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { type FileCall, withFiles } from './file-calls.ts';

const day = 86_400_000;
/** SHA-512 with more effort than usual: the one scheme that every system in use knows, also small and old ones (crypt(5)). */
const setting = () => `$6$rounds=100000$${randomBytes(12).toString('base64').replaceAll('+', '.')}$`;

type AccountReads = Pick<
  Reads,
  've.password' | 'account.list' | 'account.create' | 'account.set' | 'account.delete'
>;

/** The calls on accounts in VEs. Each is done when it answers. */
export function accountCalls(node: Node): AccountReads {
  const nameOf = (reference: string) => node.registry.find(reference).spec.name;

  const accounts = async <T>(
    call: FileCall,
    reference: string,
    signal: AbortSignal,
    use: (accounts: AccountsInside) => Promise<T>,
  ): Promise<T> =>
    await withFiles(node, call, reference, { signal }, async (files) => {
      const entry = node.registry.find(reference);
      return await use(new AccountsInside(node.ports, entry, { files, ve: entry.spec.name }, signal));
    });

  return {
    've.password': async ({ params, body, signal }) => {
      const { account = 'root', password } = body;
      const ve = nameOf(params.ve);
      const kept = await hashed(node, account, password);
      await withFiles(
        node,
        've.password',
        params.ve,
        { signal },
        async (files) => await setPassword({ files, ve }, kept),
      );
      return null;
    },
    'account.list': async ({ params, signal }) => {
      const ve = nameOf(params.ve);
      return await withFiles(
        node,
        'account.list',
        params.ve,
        { signal },
        async (files) => await accountsInside({ files, ve }),
      );
    },
    'account.create': async ({ params, body: { password, ...account }, signal }) => {
      nameOf(params.ve);
      const kept = password === undefined ? null : await hashed(node, account.name, password);
      return await accounts(
        'account.create',
        params.ve,
        signal,
        async (inside) => await inside.create(account, kept),
      );
    },
    'account.set': async ({ params: { ve, account }, body, signal }) =>
      await accounts('account.set', ve, signal, async (inside) => await inside.change(account, body)),
    'account.delete': async ({ params: { ve, account }, query: { home = false }, signal }) =>
      await accounts('account.delete', ve, signal, async (inside) => await inside.remove(account, home)),
  };
}

/** @throws CodedError weak_password */
async function hashed(node: Node, account: string, password: string): Promise<NewPassword> {
  const problem = passwordProblem(password, account);
  if (problem !== null) throw fault('weak_password', { problem });
  const hash = await node.host.crypt.hash(password, setting());
  if (hash === null) throw fault('weak_password', { problem: 'it cannot be kept' });
  return { account, hash, day: Math.floor(Date.now() / day) };
}
