import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, patient, run, useNode } from '../harness/index.ts';
import { finders } from './finders.ts';
import {
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

/* The panel as owners of VEs see it, against a real daemon with real VEs. */

const port = await freePort();

describe.runIf(hasBrowser)('the Power Panel', { timeout: patient(60_000) }, () => {
  const node = useNode(panelNode(port));
  let panel: Panel;
  let page: Page;

  const { button, confirm } = finders(() => page);
  const cli = async (...args: string[]) => {
    const { code, stderr } = await node.cli.run(args);
    expect(code, stderr).toBe(0);
  };

  beforeAll(async () => {
    await node.create({ name: 'web1', template: 'busybox', start: true });
    await node.create({ name: 'db1', template: 'busybox' });
    const hash = (await run(['openssl', 'passwd', '-6', password])).trim();
    const { code, stderr } = await node.cli.run(['exec', 'web1', '--', 'sh', '-c', 'cat > /etc/shadow'], {
      input: `root:${hash}:19000:0:99999:7:::\n`,
    });
    expect(code, stderr).toBe(0);
    await cli('policy', 'set', 'everything', '--owner-login');
    await makeUsers(node, 'web1');
    panel = await Panel.open(port);
  });
  afterAll(async () => {
    await panel?.close();
  });

  test('lets the owner in with the password of root, straight to his VE', async () => {
    page = await panel.visit();
    await page.getByText('Owner of a VE').click();
    await fillLogin(page, 'web1', password, 'Name of the VE');
    await page.getByRole('heading', { name: 'web1', level: 1 }).waitFor();
    const navigation = page.getByRole('navigation', { name: 'Main' });
    expect(await navigation.getByRole('link').allTextContents()).toEqual(['web1', 'Operations', 'Events']);
    await page.getByText('Power Panel').waitFor();
  });

  test('stops and starts the VE, and works while it is down', async () => {
    await button('Stop').click();
    await button('Start').waitFor();
    await page.reload();
    await button('Start').click();
    await button('Stop').waitFor();
    expect((await node.status('web1')).state).toBe('running');
  });

  test('kills the VE only when its name was typed, and restarts it', async () => {
    await button('Restart').click();
    await eventually('it was restarted', async () => (await node.status('web1')).state === 'running');
    await button('Stop').waitFor();
    await button('More').click();
    await page.getByRole('menuitem', { name: 'Kill' }).click();
    await confirm('web1', 'Kill');
    await button('Start').waitFor();
  });

  test('reinstalls a VE that is stopped; what was changed in it is in /old', async () => {
    await button('More').click();
    await page.getByRole('menuitem', { name: 'Reinstall' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Reinstall' }).isDisabled()).toBe(true);
    await confirm('web1', 'Reinstall');
    await page.getByText('web1 is reinstalled').waitFor();
    await button('Start').click();
    await button('Stop').waitFor();
    await cli('exec', 'web1', '--', 'test', '-e', '/old/etc/shadow');
  });

  test('says what is not for owners, and why', async () => {
    await button('More').click();
    const destroy = page.getByRole('menuitem', { name: 'Destroy' });
    expect(await destroy.getAttribute('aria-description')).toContain('ve.destroy');
    await page.keyboard.press('Escape');
    expect(await button('Edit').getAttribute('aria-description')).toContain('ve.configure');
    await panel.go(page, '/ves/db1');
    await page.getByText('No VE db1').waitFor();
  });

  test('hides what a policy withholds, and caps what it caps', async () => {
    await cli('policy', 'set', 've:web1', '--withheld', 've.console,ve.exec,ve.kill', '--snapshots', '1');
    // what is withheld arrives after the VE: until then there must be nothing of it
    const told = Promise.withResolvers<void>();
    await page.route('**/permissions', async (route) => {
      await told.promise;
      await route.continue();
    });
    await panel.go(page, '/ves/web1/console');
    // the VE is known by its UUID once it has arrived
    await page.waitForURL(/\/ves\/[0-9a-f-]{36}\/console$/);
    for (const role of ['tab', 'button'] as const)
      expect(await page.getByRole(role, { name: /^(Console|Kill|More)$/ }).count()).toBe(0);
    told.resolve();
    await page.getByRole('tab', { name: 'Summary', selected: true }).waitFor();
    expect(await page.getByRole('tab', { name: 'Console' }).count()).toBe(0);
    await page.unroute('**/permissions');
    await panel.go(page, '/ves/web1/snapshots');
    await page.getByRole('tab', { name: 'Snapshots' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Console' }).count()).toBe(0);
    await button('More').click();
    const kill = page.getByRole('menuitem', { name: 'Kill' });
    expect(await kill.getAttribute('aria-description')).toContain('policy');
    await page.keyboard.press('Escape');
    await button('Take a snapshot').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Take a snapshot' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await eventually('no second one', async () =>
      ((await button('Take a snapshot').getAttribute('aria-description')) ?? '').includes('1 snapshots'),
    );
    await cli('policy', 'delete', 've:web1');
  });

  test('is the same for a user who owns one VE; two browsers see what either does', async () => {
    const olga = await panel.logIn('olga');
    await olga.getByRole('heading', { name: 'web1', level: 1 }).waitFor();
    await panel.go(page, '/');
    await button('Stop', olga).click();
    await button('Start').waitFor();
    await button('Start').click();
    await button('Stop', olga).waitFor();
  });

  test('can be used by everybody, also on a phone', async () => {
    const phone = await panel.logIn('olga', { width: 390, height: 844 });
    await phone.emulateMedia({ reducedMotion: 'reduce' });
    for (const tab of ['summary', 'resources', 'snapshots', 'console', 'services', 'processes', 'alerts']) {
      await panel.go(phone, `/ves/web1/${tab}`);
      await phone.getByRole('tab', { selected: true }).waitFor();
      await settled(phone);
      expect(await seriousViolations(phone), tab).toEqual([]);
      expect(await overflow(phone), tab).toBeLessThanOrEqual(0);
      await panel.shoot(phone, `power-panel-${tab}`);
    }
  });

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
