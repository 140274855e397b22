import { readFileSync } from 'node:fs';
import type { Problem, User, WhoAmI } from '@insula/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, useNode } from '../harness/index.ts';
import { Browser } from './browser.ts';
import { groups, LdapServer, people, reader } from './ldap-server.ts';
import { LoginProvider } from './login-provider.ts';

/* Users whom others know: a real provider of OpenID Connect, and a real slapd. */

const port = await freePort();
const origin = `https://localhost:${port}`;
const client = { id: 'insula', secret: 'between the two of them' };
const provider = await LoginProvider.start(origin, client);
const ldap = await LdapServer.start(`dn: uid=dora,${people}
objectClass: inetOrgPerson
cn: Dora D.
sn: D.
userPassword: what dora knows

dn: uid=evil,${people}
objectClass: inetOrgPerson
cn: Evil
sn: E.
userPassword: what evil knows

dn: uid=guest,${people}
objectClass: account
objectClass: simpleSecurityObject
userPassword: what guest knows

dn: cn=operators,${groups}
objectClass: groupOfNames
member: uid=dora,${people}
`);
const node = useNode({
  templates: ['busybox'],
  onMachineNetwork: true,
  config: {
    network: { nat: false },
    api: {
      address: '127.0.0.1',
      port,
      oidc: {
        issuer: provider.issuer,
        panel: origin,
        clientId: client.id,
        clientSecret: client.secret,
        groupsClaim: 'groups',
      },
      ldap: {
        url: ldap.url,
        bindDn: reader.dn,
        bindPassword: reader.password,
        base: people,
        filter: '(objectClass=inetOrgPerson)',
        groups: { base: groups },
        createUsers: true,
      },
    },
  },
});
afterAll(async () => {
  await provider.stop();
  await ldap.stop();
});

/** Each comes from another address: failures of one slow no other down. */
let places = 1;
const newBrowser = () => {
  places += 1;
  return new Browser({
    origin,
    from: `127.0.0.${places}`,
    ca: readFileSync(`${node.paths.state}/tls/authority.pem`, 'utf8'),
  });
};
const codeOf = ({ body }: { readonly body: string }) => (JSON.parse(body) as Partial<Problem>).code;
const whoIs = async (browser: Browser) => JSON.parse((await browser.ask('/v1/whoami')).body) as WhoAmI;

beforeAll(async () => {
  await eventually('the API is served', async () => (await newBrowser().ask('/v1/login')).status === 200);
  await node.create({ name: 'own', template: 'busybox' });
  for (const [path, body] of [
    ['/v1/users', { name: 'carol', realm: 'oidc' }],
    ['/v1/grants', { subject: 'group:staff', role: 've-owner', scope: 've:own' }],
  ] as const)
    expect(await node.api.call('POST', path, body)).toMatchObject({ status: 200 });
});

describe('at a provider', () => {
  const beginAt = async (browser: Browser) => {
    const { body } = await browser.ask('/v1/login/provider', { method: 'POST' });
    return (JSON.parse(body) as { readonly url: string }).url;
  };
  const comeBack = async (browser: Browser, address: string) =>
    await browser.ask('/v1/login/provider/answer', {
      method: 'POST',
      body: { answer: new URL(address).search.slice(1) },
    });

  test('a user logs in, is in the groups that it says, and may do what those may', async () => {
    const browser = newBrowser();
    const address = await provider.logIn(await beginAt(browser), 'carol');
    expect(address).toContain(`${origin}/login?`);
    expect(await comeBack(browser, address)).toMatchObject({ status: 200 });
    expect(await whoIs(browser)).toMatchObject({
      user: 'carol',
      realm: 'oidc',
      groups: ['staff'],
      holds: [{ role: 've-owner', scope: 've:own' }],
    });
    expect(await node.api.get<User>('/v1/users/carol')).toMatchObject({ fullName: 'carol of it' });
  });

  test('an answer counts once, and only for the browser that asked', async () => {
    const [victim, thief] = [newBrowser(), newBrowser()];
    const address = await provider.logIn(await beginAt(victim), 'carol');
    await beginAt(thief);
    expect(codeOf(await comeBack(thief, address))).toBe('login_refused');
    expect(codeOf(await comeBack(newBrowser(), address))).toBe('login_refused');
    expect(await comeBack(victim, address)).toMatchObject({ status: 200 });
    expect(codeOf(await comeBack(victim, address))).toBe('login_refused');
  });

  test('somebody whom it knows and no administrator has made a user is nobody here', async () => {
    const browser = newBrowser();
    const address = await provider.logIn(await beginAt(browser), 'mallory');
    expect(codeOf(await comeBack(browser, address))).toBe('login_refused');
    expect(await node.api.call('GET', '/v1/users/mallory')).toMatchObject({ status: 404 });
  });
});

describe('by a directory', () => {
  const logIn = async (user: string, password: string) => {
    const browser = newBrowser();
    return { browser, answer: await browser.logIn({ user, password, realm: 'ldap' }) };
  };

  test('somebody logs in with the password that the directory knows, and becomes a user', async () => {
    const { browser, answer } = await logIn('dora', 'what dora knows');
    expect(answer).toMatchObject({ status: 200 });
    expect(await whoIs(browser)).toMatchObject({ user: 'dora', realm: 'ldap', groups: ['operators'] });
    expect(await node.api.get<User>('/v1/users/dora')).toMatchObject({ fullName: 'Dora D.' });
  });

  test('nobody gets in by a wrong password, by none, by a name that is a search, or past the filter', async () => {
    for (const [user, password] of [
      ['dora', 'what evil knows'],
      ['dora)(uid=evil', 'what evil knows'],
      ['*', 'what evil knows'],
      ['nobody', 'what evil knows'],
      ['guest', 'what guest knows'],
      ['dora', '\0'],
    ] as const)
      expect([user, codeOf((await logIn(user, password)).answer)]).toEqual([user, 'login_refused']);
    expect((await logIn('dora', '')).answer).toMatchObject({ status: 400 });
  });

  test('whoever guesses is slowed down', async () => {
    const browser = newBrowser();
    const codes: (string | undefined)[] = [];
    for (let tries = 0; tries < 7; tries += 1)
      codes.push(codeOf(await browser.logIn({ user: 'evil', password: `${tries}`, realm: 'ldap' })));
    expect(codes.at(0)).toBe('login_refused');
    expect(codes.at(-1)).toBe('too_many_attempts');
  });

  test('when it does not answer, nobody gets in by it, and others do', async () => {
    await ldap.stop();
    expect(codeOf((await logIn('dora', 'what dora knows')).answer)).toBe('realm_unavailable');
    expect(codeOf(await newBrowser().logIn({ user: 'dora', password: 'x' }))).toBe('login_refused');
  });
});
