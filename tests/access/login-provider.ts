import type { Server } from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from '../harness/index.ts';

/** A real provider of OpenID Connect, which lets in whoever says a name. */
export class LoginProvider {
  readonly issuer: string;
  readonly #server: Server;

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  /** `panel`: where it sends browsers back to. */
  static async start(panel: string, client: { readonly id: string; readonly secret: string }) {
    const port = await freePort();
    const issuer = `http://127.0.0.1:${port}`;
    const provider = new Provider(issuer, {
      clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [`${panel}/login`] }],
      claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
      features: { devInteractions: { enabled: true } },
      cookies: { keys: ['only for a test'] },
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => ({
          sub: `id-of-${id}`,
          preferred_username: id,
          name: `${id} of it`,
          groups: ['staff'],
        }),
      }),
    });
    const server = await new Promise<Server>((resolve) => {
      const listening = provider.listen(port, '127.0.0.1', () => resolve(listening));
    });
    return new LoginProvider(issuer, server);
  }

  /** What a person does there who is sent to this address: says a name and agrees. Answers where the browser is sent at last. */
  async logIn(url: string, name: string): Promise<string> {
    const cookies = new Map<string, string>();
    const visit = async (address: string, form?: Readonly<Record<string, string>>): Promise<string> => {
      const answer = await fetch(address, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
        ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
      });
      for (const set of answer.headers.getSetCookie()) {
        const [key = '', value = ''] = (set.split(';')[0] ?? '').split('=', 2);
        cookies.set(key, value);
      }
      const next = answer.headers.get('location');
      if (next !== null) return new URL(next, address).href;
      const page = await answer.text();
      const target = /action="([^"]+)"/.exec(page)?.[1];
      if (target === undefined)
        throw new Error(`${address} answered ${answer.status}: ${page.slice(0, 500)}`);
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
      return await visit(new URL(target, address).href, { prompt, login: name, password: 'any' });
    };
    let address = url;
    while (address.startsWith(this.issuer)) address = await visit(address);
    return address;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
