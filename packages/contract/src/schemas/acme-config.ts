import { type Static, Type } from 'typebox';
import { AbsolutePath } from './names.ts';

/** How a certificate is had from an ACME server (RFC 8555), for the domains among the names of the API. */
export const AcmeConfig = Type.Object(
  {
    server: Type.String({
      pattern: '^https://[^\\s/?#@]+(?:/[^\\s?#]*)?$',
      maxLength: 2048,
      default: 'https://acme-v02.api.letsencrypt.org/directory',
      description: "The server's directory",
    }),
    email: Type.String({
      pattern: '^[^\\s@<>,/]+@[^\\s@<>,/]+$',
      maxLength: 254,
      description: 'Whom the authority writes to about the account',
    }),
    acceptTerms: Type.Literal(true, {
      description: 'You have read the terms of service of the authority and agree to them',
    }),
    authority: Type.Optional(
      Type.Union([AbsolutePath], {
        description:
          'PEM file of the authority of the server itself, where the host does not trust it without being told',
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'A certificate from an ACME server, for the domains among `names`. It asks at port 80: see `redirectPort`',
  },
);
export type AcmeConfig = Static<typeof AcmeConfig>;
