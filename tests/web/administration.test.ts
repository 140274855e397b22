import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, patient, useNode } from '../harness/index.ts';
import { finders } from './finders.ts';
import {
  codeOf,
  fillLogin,
  hasBrowser,
  makeUsers,
  overflow,
  Panel,
  panelNode,
  password,
  seriousViolations,
  settled,
} from './panel.ts';

/* Users, what they may do, and what was done: in a real browser, against a real daemon. */

const port = await freePort();
const pages = [
  '/access/users',
  '/access/roles',
  '/access/grants',
  '/access/policies',
  '/audit',
  '/account',
].concat(['/node/host', '/node/capacity', '/node/network', '/node/certificates']);

describe.runIf(hasBrowser)('administration in the Control Center', { timeout: patient(60_000) }, () => {
  const node = useNode(panelNode(port));
  let panel: Panel;
  let page: Page;
  let secret = '';

  const { button, dialog, row, field, choose, menu, confirm } = finders(() => page);

  beforeAll(async () => {
    await node.create({ name: 'web1', template: 'busybox' });
    await makeUsers(node, 'web1');
    panel = await Panel.open(port);
    page = await panel.logIn('admin', { path: '/access' });
  });
  afterAll(async () => {
    await panel?.close();
  });

  test('makes a user; what the node refuses is told at its field, and nothing typed is lost', async () => {
    await button('Create a user').click();
    await dialog().getByLabel('User name').fill('admin');
    await dialog().getByLabel('Full name').fill('Alice <b>A</b>');
    await dialog().getByRole('textbox', { name: 'Password' }).fill('short');
    const submit = dialog().getByRole('button', { name: 'Create a user' });
    await submit.click();
    await dialog().getByText('there is a user admin already').or(dialog().getByText('is refused')).waitFor();
    await dialog().getByLabel('User name').fill('alice');
    await submit.click();
    await dialog().getByText('this password is refused').waitFor();
    expect(await dialog().getByLabel('Full name').inputValue()).toBe('Alice <b>A</b>');
    await dialog().getByRole('textbox', { name: 'Password' }).fill(password);
    await field('Groups').fill('support');
    await page.keyboard.press('Enter');
    await submit.click();
    await row('alice').getByText('Alice <b>A</b>').waitFor();
    await page.getByRole('table', { name: 'Groups of users' }).getByText('support').waitFor();
  });

  test('makes a role from another one, and grants it on a VE', async () => {
    await page.getByRole('tab', { name: 'Roles' }).click();
    await menu('Actions for monitor', 'Make your own from it');
    await field('Role').fill('watcher');
    await dialog()
      .getByRole('checkbox', { name: /^ve\.power/ })
      .check();
    await dialog().getByRole('button', { name: 'Create a role' }).click();
    await row('watcher').waitFor();
    await page.getByRole('tab', { name: 'Grants' }).click();
    await button('Grant a role').click();
    await choose('To', 'group:support');
    await choose('Role', 'watcher');
    await field('On').fill('ve:nothing');
    // its suggestions lie over what is below it
    await page.keyboard.press('Tab');
    await dialog().getByRole('button', { name: 'Grant a role' }).click();
    await dialog().getByText('no VE nothing').waitFor();
    await field('On').fill('ve:web1');
    // its suggestions lie over what is below it
    await page.keyboard.press('Tab');
    await dialog().getByRole('button', { name: 'Grant a role' }).click();
    await row('group:support').getByText('ve:web1').waitFor();
  });

  test('the new user starts the VE, and loses that right at once when it is taken back', async () => {
    const alice = await panel.logIn('alice');
    await button('Start', alice).click();
    await button('Stop', alice).waitFor();
    await row('group:support').getByRole('button', { name: 'Take back' }).click();
    await confirm('group:support', 'Take back');
    await row('group:support').waitFor({ state: 'detached' });
    await alice.reload();
    await alice.getByRole('button', { name: 'Account of alice' }).waitFor();
    expect(await button('Stop', alice).count()).toBe(0);
  });

  test('sets a policy over the owner of a VE, and deletes it', async () => {
    await page.getByRole('tab', { name: 'Policies' }).click();
    await button('Add a policy').click();
    await field('Of').fill('ve:web1');
    // its suggestions lie over what is below it
    await page.keyboard.press('Tab');
    await dialog().getByLabel('Snapshots at most').fill('2');
    await dialog().getByRole('switch', { name: 'It says what is withheld' }).check();
    await choose('Withheld', 've.console');
    await page.keyboard.press('Tab');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await row('ve:web1').getByText('ve.console').waitFor();
    const owner = await panel.logIn('olga');
    await owner.getByRole('heading', { name: 'web1' }).waitFor();
    await menu('Actions for ve:web1', 'Delete');
    await confirm('ve:web1', 'Delete');
    await row('ve:web1').waitFor({ state: 'detached' });
  });

  test('sets up a second factor, which the next login asks for', async () => {
    await panel.go(page, '/account');
    await button('Set it up').click();
    await dialog().getByRole('img', { name: 'QR code of the secret' }).waitFor();
    secret = (await dialog().locator('code').textContent()) ?? '';
    await panel.shoot(page, 'totp');
    await dialog().getByLabel('Code that the app shows').fill('000000');
    await button('Confirm').click();
    await dialog().getByText('code is wrong').waitFor();
    await dialog().getByLabel('Code that the app shows').fill(codeOf(secret));
    await button('Confirm').click();
    await page.getByText('Each login asks for a code of your app').waitFor();
    const other = await panel.visit();
    await fillLogin(other, 'admin', password);
    await other.getByRole('textbox', { name: 'Code of the second factor' }).waitFor();
    // each code counts once
    await eventually('the next code lets in', async () => {
      const code = other.getByRole('textbox', { name: 'Code of the second factor' });
      if ((await code.count()) === 0) return true;
      await code.fill(codeOf(secret));
      await button('Log in', other).click();
      return await other
        .getByRole('button', { name: 'Account of admin' })
        .waitFor({ timeout: 5000 })
        .then(() => true)
        .catch(() => false);
    });
  });

  test('shows a token once, ends another session, and changes the password', async () => {
    await page.reload();
    await button('Create a token').click();
    await dialog().getByLabel('What it is for').fill('robot');
    await dialog().getByRole('button', { name: 'Create a token' }).click();
    const token = await dialog().getByLabel('Token').inputValue();
    expect(token).toMatch(/^insula_/);
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await row('robot').getByRole('button', { name: 'Revoke' }).click();
    await confirm('robot', 'Revoke');
    await page.getByText('No token.').waitFor();
    await page.getByRole('table', { name: 'Sessions' }).getByRole('button', { name: 'End' }).first().click();
    await page.getByText('The session is ended').waitFor();
    await button('Change the password').click();
    await dialog().getByLabel('Password until now').fill('wrong wrong wrong');
    await dialog().getByLabel('New password').fill(`${password} 2`);
    await dialog().getByRole('button', { name: 'Change the password' }).click();
    await dialog().getByText('is wrong').waitFor();
    await dialog().getByLabel('Password until now').fill(password);
    await dialog().getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your password is changed').waitFor();
  });

  test('finds in the audit log who did what, and that it is whole', async () => {
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByLabel('Call').first().fill('user.create');
    await row('alice').or(row('user.create')).first().waitFor();
    await eventually('only what was looked for', async () => (await row('grant.create').count()) === 0);
    await button('Verify').click();
    await dialog().getByText('follow from one another').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('audit.jsonl');
    expect(await download.failure()).toBeNull();
  });

  test('sets the password of a user and deletes him, when his name was typed', async () => {
    await panel.go(page, '/access/users');
    await menu('Actions for alice', 'Set the password');
    await dialog().getByLabel('New password').fill(`${password} 3`);
    await dialog().getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('alice has a new password').waitFor();
    await menu('Actions for alice', 'Delete');
    await confirm('alice', 'Delete');
    await row('alice').first().waitFor({ state: 'detached' });
  });

  test('says to a monitor what he may not see', async () => {
    const mona = await panel.logIn('mona', { path: '/access' });
    await mona.getByText('access.read').first().waitFor();
    expect(await button('Create a user', mona).count()).toBe(0);
    await panel.go(mona, '/node');
    await mona.getByRole('table', { name: 'What the host has' }).waitFor();
  });

  test.each(['light', 'dark'] as const)('can be used by everybody (%s)', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const path of pages) {
      await panel.go(page, path);
      await page.getByRole('heading', { level: 2 }).or(page.getByRole('table')).first().waitFor();
      await settled(page);
      expect(await seriousViolations(page), path).toEqual([]);
      if (colorScheme === 'light') await panel.shoot(page, `laptop${path.replaceAll('/', '-')}`);
    }
  });

  test('fits on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of pages) {
      await panel.go(page, path);
      await page.getByRole('heading', { level: 2 }).or(page.getByRole('table')).first().waitFor();
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
      await panel.shoot(page, `phone${path.replaceAll('/', '-')}`);
    }
  });

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
