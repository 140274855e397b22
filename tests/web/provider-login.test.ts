import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoginProvider } from '../access/login-provider.ts';
import { freePort, useNode } from '../harness/index.ts';
import { hasBrowser, makeUsers, Panel } from './panel.ts';

/* Logging in at a real provider of OpenID Connect, in a real browser. */

describe.runIf(hasBrowser)('a user of a provider', async () => {
  const port = await freePort();
  const origin = `https://localhost:${port}`;
  const client = { id: 'insula', secret: 'between the two of them' };
  const provider = await LoginProvider.start(origin, client);
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
          title: 'Example',
          groupsClaim: 'groups',
        },
      },
    },
  });
  let panel: Panel;

  beforeAll(async () => {
    await node.create({ name: 'own', template: 'busybox' });
    await makeUsers(node, 'own');
    const grant = { subject: 'group:staff', role: 'monitor', scope: 'everything' };
    expect(await node.api.call('POST', '/v1/grants', grant)).toMatchObject({ status: 200 });
    panel = await Panel.open(port);
  });
  afterAll(async () => {
    await panel?.close();
    await provider.stop();
  });

  const logInThere = async (name: string) => {
    const page = await panel.visit();
    await page.getByRole('button', { name: 'Log in by Example' }).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await page.locator('input[name=login]').fill(name);
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(`${origin}/**`);
    return page;
  };

  test('is made by an administrator, without a password', async () => {
    const page = await panel.logIn('admin', { path: '/access' });
    await page.getByRole('button', { name: 'Create a user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User name').fill('carol');
    await dialog.getByLabel('Logs in').first().click();
    await page.getByRole('option', { name: 'At the provider' }).click();
    expect(await dialog.getByLabel('Password').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Create a user' }).click();
    await page.getByRole('row').filter({ hasText: 'carol' }).getByText('At the provider').waitFor();
  });

  test('logs in there and is in the panel, with nothing of it left in the address', async () => {
    const page = await logInThere('carol');
    await page.getByRole('link', { name: 'Virtual environments' }).first().waitFor();
    expect(page.url()).toBe(`${origin}/`);
    expect(panel.complaints).toEqual([]);
  });

  test('is told when there is no such user here, and can try another way', async () => {
    const page = await logInThere('mallory');
    await page.getByText('user name, password or code is wrong').waitFor();
    expect(page.url()).toBe(`${origin}/`);
    await page.getByRole('textbox', { name: 'User name' }).fill('x');
  });
});
