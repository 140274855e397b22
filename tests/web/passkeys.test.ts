import type { AuditRecord } from '@insula/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, patient, useNode } from '../harness/index.ts';
import { finders } from './finders.ts';
import { fillLogin, hasBrowser, Panel, password, seriousViolations } from './panel.ts';
import { VirtualAuthenticator } from './virtual-authenticator.ts';

/* Passkeys, made and used by a real browser with an authenticator of its own. */

/** A page, or a part of it. */
type Place = Pick<Page, 'getByRole' | 'getByText'>;

const port = await freePort();

describe.runIf(hasBrowser)('a passkey', { timeout: patient(60_000) }, () => {
  const node = useNode({
    templates: [],
    onMachineNetwork: true,
    config: { api: { address: '127.0.0.1', port }, network: { nat: false } },
  });
  let panel: Panel;
  let page: Page;
  let authenticator: VirtualAuthenticator;

  const { button, row } = finders(() => page);
  const refused = (on: Place = page) => on.getByText('User name, password or code is wrong').waitFor();
  const welcomed = async (user: string, on: Place = page) => await button(`Account of ${user}`, on).waitFor();
  const logOut = async (user: string) => {
    await button(`Account of ${user}`).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await button('Log in').waitFor();
  };
  const entries = async () => {
    const { body } = await node.api.call('GET', '/v1/audit?limit=50');
    return (body as AuditRecord[]).map(({ call, who, result }) => `${call} ${who} ${result}`);
  };

  beforeAll(async () => {
    for (const [name, role] of [
      ['alice', 'administrator'],
      ['bob', 'monitor'],
      ['admin', 'administrator'],
    ] as const) {
      await node.api.call('POST', '/v1/users', { name, password });
      await node.api.call('POST', '/v1/grants', { subject: `user:${name}`, role, scope: 'everything' });
    }
    panel = await Panel.open(port);
    page = await panel.logIn('alice', { path: '/account' });
    authenticator = await VirtualAuthenticator.attach(page);
  });
  afterAll(async () => {
    await panel?.close();
  });

  test('is registered on the account page, and gets another name', async () => {
    await button('Register a passkey').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Passkey' }).fill('laptop');
    await button('Register a passkey', dialog).click();
    await row('laptop').getByText('localhost').waitFor();
    expect(await authenticator.held()).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
    await row('laptop').getByRole('button', { name: 'Rename' }).click();
    await dialog.getByRole('textbox', { name: 'Passkey' }).fill('grey laptop');
    await button('Rename', dialog).click();
    await row('grey laptop').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await panel.shoot(page, 'account-passkeys');
  });

  test('is asked for from now on, and lets its user in without a name or a password', async () => {
    await logOut('alice');
    await panel.shoot(page, 'login-passkey');
    await fillLogin(page, 'alice', password);
    await page.getByText('User alice logs in with a passkey').waitFor();
    await button('Log in with a passkey').click();
    await welcomed('alice');
    expect(await entries()).toContain('login.passkey alice ok');
  });

  test('is worth nothing when what it answered is sent once more', async () => {
    await logOut('alice');
    const sent = page.waitForRequest('**/v1/login/passkey/answer');
    await button('Log in with a passkey').click();
    const request = await sent;
    const headers = await request.allHeaders();
    await welcomed('alice');
    const { origin } = new URL(request.url());
    const again = await page.request.post(request.url(), {
      // this request is not the browser's, which knows the key of the server
      ignoreHTTPSErrors: true,
      headers: {
        'content-type': 'application/json',
        'insula-request': '1',
        origin,
        cookie: headers['cookie'] ?? '',
      },
      data: request.postData() ?? '',
    });
    expect({ status: again.status(), body: await again.json() }).toMatchObject({
      status: 401,
      body: { code: 'login_refused' },
    });
  });

  test('lets nobody in who has another key under its id, and is shown to nobody else', async () => {
    const own = await panel.logIn('bob', { path: '/account' });
    const bobs = await VirtualAuthenticator.attach(own);
    await own.getByText('No passkey.').waitFor();
    await button('Register a passkey', own).click();
    const dialog = own.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Passkey' }).fill('phone');
    await button('Register a passkey', dialog).click();
    await row('phone', own).waitFor();
    const [alices] = await authenticator.held();
    const [bob] = await bobs.held();
    if (alices === undefined || bob === undefined) throw new Error('there is no passkey');
    await bobs.hold({ ...alices, privateKey: bob.privateKey });
    await button('Account of bob', own).click();
    await own.getByRole('menuitem', { name: 'Log out' }).click();
    await button('Log in with a passkey', own).click();
    await refused(own);
    await bobs.hold(bob);
    await button('Log in with a passkey', own).click();
    await welcomed('bob', own);
  });

  test('that is used from a copy lets nobody in any more', async () => {
    const [held] = await authenticator.held();
    if (held === undefined) throw new Error('there is no passkey');
    await logOut('alice');
    await authenticator.hold({ ...held, signCount: 0 });
    await button('Log in with a passkey').click();
    await page.getByText('The passkey grey laptop of alice may have been copied').waitFor();
    expect(await entries()).toContain('login.passkey alice passkey_copied');
  });

  test('is taken away by an administrator, and refused from then on', async () => {
    const admin = await panel.logIn('admin', { path: '/access' });
    await row('alice', admin).getByText('Passkey').waitFor();
    await button('Actions for alice', admin).click();
    await admin.getByRole('menuitem', { name: 'Sessions, passkeys and tokens' }).click();
    await row('grey laptop', admin).getByText('may have been copied').waitFor();
    await row('grey laptop', admin).getByRole('button', { name: 'Remove' }).click();
    await admin.getByLabel('Type grey laptop').fill('grey laptop');
    await admin.getByRole('dialog').last().getByRole('button', { name: 'Remove' }).click();
    await admin.getByText('No passkey.').waitFor();
    await button('Log in with a passkey').click();
    await refused();
    await fillLogin(page, 'alice', password);
    await welcomed('alice');
    expect(panel.complaints).toEqual([]);
  });

  test('cannot be used where the panel has no name, and the page says why', async () => {
    const context = await page.context().browser()?.newContext();
    const numbered = await context?.newPage();
    if (numbered === undefined) throw new Error('there is no browser');
    await numbered.goto(`https://127.0.0.1:${port}/`);
    await button('Log in with a passkey', numbered).hover();
    await numbered.getByRole('tooltip').getByText(`https://localhost:${port}`).waitFor();
    await context?.close();
  });
});
