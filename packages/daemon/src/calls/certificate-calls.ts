import { X509Certificate } from 'node:crypto';
import { type Authority, fault } from '@insula/contract';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { mustHoldAllOf } from './hand-on.ts';
import { mustBeOf, userAsked } from './session-calls.ts';
import { self } from './user-calls.ts';

type CertificateCalls = Pick<Reads, Extract<keyof Reads, `certificate.${string}` | `authority.${string}`>>;

/** The calls about client certificates and the authority that signs them. */
export function certificateCalls({ access, authority }: Node): CertificateCalls {
  const { credentials, directory } = access;
  return {
    'certificate.list': ({ query, caller }) => [
      ...credentials.certificates(userAsked(access, caller, query.user, 'access.read')),
    ],
    'certificate.create': async ({ body, caller }) => {
      const user = body.user ?? self(access, caller);
      if (user !== caller.name) {
        userAsked(access, caller, user, 'access.manage');
        if (!directory.current.users.has(user)) throw fault('entry_not_found', { kind: 'user', name: user });
        mustHoldAllOf(access, caller, user);
      } else self(access, caller);
      const certificate = await authority.signClient(body.request, user);
      const { fingerprint256: fingerprint, validTo } = new X509Certificate(certificate);
      const row = {
        fingerprint,
        user,
        name: body.name,
        createdAt: new Date().toISOString(),
        expiresAt: new Date(validTo).toISOString(),
      };
      credentials.addCertificate(row);
      return { ...row, certificate };
    },
    'certificate.revoke': ({ params, caller }) => {
      const { fingerprint } = params;
      mustBeOf(access, caller, 'certificate', credentials.certificate(fingerprint)?.user, fingerprint);
      credentials.revoke('certificates', fingerprint);
      return null;
    },
    'authority.show': async () => authorityView(await authority.certificate()),
    'authority.renew': async ({ body }) => {
      await authority.renew({ authority: body.authority === true });
      return authorityView(await authority.certificate());
    },
  };
}

function authorityView(certificate: string): Authority {
  const { fingerprint256, validTo } = new X509Certificate(certificate);
  return { certificate, fingerprint: fingerprint256, validUntil: new Date(validTo).toISOString() };
}
