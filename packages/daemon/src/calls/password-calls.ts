import { randomBytes } from 'node:crypto';
import { passwordProblem } from '@insula/access';
import { fault } from '@insula/contract';
import { setPassword } from '@insula/ve';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { withFiles } from './file-calls.ts';

const day = 86_400_000;
/** SHA-512 with more effort than usual: the one scheme that every system in use knows, also small and old ones (crypt(5)). */
const setting = () => `$6$rounds=100000$${randomBytes(12).toString('base64').replaceAll('+', '.')}$`;

/** The call that sets passwords in VEs. */
export function passwordCalls(node: Node): Pick<Reads, 've.password'> {
  return {
    've.password': async ({ params, body, signal }) => {
      const { account = 'root', password } = body;
      const ve = node.registry.find(params.ve).spec.name;
      const problem = passwordProblem(password, account);
      if (problem !== null) throw fault('weak_password', { problem });
      const hash = await node.host.crypt.hash(password, setting());
      if (hash === null) throw fault('weak_password', { problem: 'it cannot be kept' });
      const kept = { account, hash, day: Math.floor(Date.now() / day) };
      await withFiles(
        node,
        've.password',
        params.ve,
        { signal },
        async (files) => await setPassword({ files, ve }, kept),
      );
      return null;
    },
  };
}
