import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, patient, useNode } from '../harness/index.ts';
import { finders } from './finders.ts';
import { hasBrowser, makeUsers, overflow, Panel, panelNode, seriousViolations, settled } from './panel.ts';

/* What VEs are made from, and what is watched of them: in a real browser, against a real daemon. */

const port = await freePort();
const pages = ['/samples', '/alerts', '/templates'];

describe.runIf(hasBrowser)(
  'samples, alerts and templates in the Control Center',
  {
    timeout: patient(60_000),
  },
  () => {
    const node = useNode(panelNode(port));
    let panel: Panel;
    let page: Page;

    const { button, dialog, row, field, choose, menu, confirm } = finders(() => page);

    beforeAll(async () => {
      await node.create({ name: 'web1', template: 'busybox' });
      await makeUsers(node, 'web1');
      panel = await Panel.open(port);
      page = await panel.logIn('admin', { path: '/samples' });
    });
    afterAll(async () => {
      await panel?.close();
    });

    test('makes a sample; what is no amount is told at its field', async () => {
      await button('Create a sample').click();
      await field('Sample').fill('shop');
      await dialog().getByLabel('numproc').fill('many');
      await button('Save').click();
      await dialog().getByText('is not a').or(dialog().getByText('is no')).first().waitFor();
      expect(await dialog().getByLabel('numproc').getAttribute('aria-invalid')).toBe('true');
      await dialog().getByLabel('numproc').fill('321');
      await button('Save').click();
      await row('shop').getByText('321').waitFor();
    });

    test('scales it, validates it, and applies it to a VE', async () => {
      await menu('Actions for shop', 'Scale');
      await dialog().getByLabel('Name of the new sample').fill('bazaar');
      await button('Scale').click();
      await row('bazaar').getByText('642').waitFor();
      await menu('Actions for bazaar', 'Validate');
      await dialog().getByText('Nothing is wrong with it').or(dialog().getByRole('table')).waitFor();
      await button('Close').click();
      await menu('Actions for bazaar', 'Apply to a VE');
      await choose('VE', 'web1');
      await dialog().getByRole('button', { name: 'Apply to a VE' }).click();
      await page.getByText('bazaar is applied').waitFor();
      expect((await node.show('web1')).parameters).toMatchObject({ numproc: 642 });
    });

    test('removes a sample of one’s own, and says why a shipped one stays', async () => {
      await menu('Actions for bazaar', 'Delete');
      await confirm('bazaar', 'Delete');
      await row('bazaar').waitFor({ state: 'detached' });
      await button('Actions for basic').click();
      const fixed = page.getByRole('menuitem', { name: 'Delete' });
      expect(await fixed.getAttribute('aria-description')).toContain('cannot be changed');
      await page.keyboard.press('Escape');
    });

    test('adds a rule of alerts, changes, mutes and removes it', async () => {
      await page.getByRole('link', { name: 'Alerts' }).click();
      await button('Add a rule').click();
      await field('Rule').fill('busy shops');
      await button('Save').click();
      await dialog().getByRole('alert').or(dialog().locator('[aria-invalid=true]')).first().waitFor();
      await dialog().getByLabel('Red from').fill('0.9');
      await button('Save').click();
      await row('busy shops').getByText('90%').waitFor();
      await menu('Actions for busy shops', 'Change');
      await dialog().getByRole('switch', { name: 'Counts' }).uncheck();
      await button('Save').click();
      await row('busy shops').getByText('Off').waitFor();
      await menu('Actions for busy shops', 'For 8 hours');
      const mutes = page.getByRole('region', { name: 'Muted' });
      await row('busy shops', mutes).getByText('All VEs and the node').waitFor();
      expect(await node.api.get('/v1/alerts/mutes')).toMatchObject([{ ve: null }]);
      await button('Tell again', mutes).click();
      await mutes.waitFor({ state: 'hidden' });
      await menu('Actions for busy shops', 'Delete');
      await confirm('busy shops', 'Delete');
      await row('busy shops').waitFor({ state: 'detached' });
    });

    test('shows at once what somebody else has edited', async () => {
      const mutes = page.getByRole('region', { name: 'Muted' });
      await node.api.call('POST', '/v1/alerts/mutes', { minutes: 60 });
      await mutes.getByText('All VEs and the node').waitFor();
      await node.api.call('POST', '/v1/alerts/mutes', { minutes: 0 });
      await mutes.waitFor({ state: 'hidden' });
    });

    test('adds a webhook, whose secret is shown once', async () => {
      await button('Add a receiver').click();
      await dialog().getByLabel('Receiver').fill('chat');
      await choose('How', 'Webhook');
      await dialog().getByLabel('Address').fill('https://127.0.0.1:9/hook');
      await dialog().getByRole('button', { name: 'Add a receiver' }).click();
      expect((await dialog().getByLabel('Secret').inputValue()).length).toBeGreaterThan(15);
      await dialog().getByRole('button', { name: 'Close' }).last().click();
      await row('chat').waitFor();
    });

    test('verifies a template; one that VEs stand on is not removed', async () => {
      await page.getByRole('link', { name: 'Templates' }).click();
      await menu('Actions for busybox', 'Verify');
      await page.getByText('busybox is as it was built').waitFor();
      await menu('Actions for busybox', 'Remove');
      await confirm('busybox', 'Remove');
      await page.getByText('busybox is used by 1 VEs').waitFor();
    });

    test('creates many VEs by a pattern, with a result for each', async () => {
      await panel.go(page, '/create');
      await page.getByRole('combobox', { name: 'Template' }).or(page.getByLabel('Template')).first().click();
      await page.getByRole('option', { name: /busybox/i }).click();
      await page.getByLabel('Name', { exact: true }).fill('web#');
      await page.getByLabel('How many').fill('3');
      await page.getByText('Pools', { exact: true }).click();
      const pools = page.getByLabel('Pools', { exact: true });
      await pools.and(page.locator('input:not([type=radio])')).first().click();
      await page.getByRole('option').first().click();
      await page.keyboard.press('Tab');
      await page.getByRole('switch', { name: 'Start it when it is made' }).uncheck();
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      // web1 is there already
      await dialog().getByText('2 done, 1 failed, 0 to go').waitFor();
      await dialog().getByText('The name web1 belongs to another VE').waitFor();
      for (const name of ['web2', 'web3']) expect((await node.show(name)).addresses).toHaveLength(1);
    });

    test('greys out for a monitor what he may not change', async () => {
      const mona = await panel.logIn('mona', { path: '/samples' });
      const create = button('Create a sample', mona);
      await create.waitFor();
      expect(await create.getAttribute('aria-description')).toContain('sample.configure');
    });

    test('can be used by everybody, also on a phone', async () => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      for (const width of [1366, 390]) {
        await page.setViewportSize({ width, height: 844 });
        for (const path of pages) {
          await panel.go(page, path);
          await page.getByRole('table').first().waitFor();
          await settled(page);
          expect(await seriousViolations(page), path).toEqual([]);
          expect(await overflow(page), path).toBeLessThanOrEqual(0);
          await panel.shoot(page, `${width}${path.replaceAll('/', '-')}`);
        }
      }
    });

    test('no browser complained of anything', () => {
      expect(panel.complaints).toEqual([]);
    });
  },
);
