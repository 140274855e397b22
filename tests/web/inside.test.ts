import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, patient, useNode } from '../harness/index.ts';
import { hasBrowser, makeUsers, Panel, seriousViolations } from './panel.ts';

/* What the panel does inside a VE: services, processes, files and logs of a real Debian. */

const port = await freePort();

describe.runIf(hasBrowser)('the panel inside a VE', { timeout: patient(60_000) }, () => {
  const node = useNode({
    templates: ['debian-12'],
    onMachineNetwork: true,
    config: { api: { address: '127.0.0.1', port, redirectPort: 0 }, network: { nat: false } },
  });
  let panel: Panel;
  let page: Page;

  beforeAll(async () => {
    await node.create({ name: 'web1', start: true });
    await makeUsers(node, 'web1');
    await node.wait('web1');
    panel = await Panel.open(port);
    page = await panel.logIn('admin', { path: '/ves/web1/services' });
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await panel?.close();
  });

  const row = (name: string, on: Page = page) => on.getByRole('row').filter({ hasText: name });
  const menu = async (label: string, item: string) => {
    await page.getByRole('button', { name: label, exact: true }).click();
    await page.getByRole('menuitem', { name: item, exact: true }).click();
  };

  describe('services', () => {
    test('are stopped, started, and enabled at boot or not; the list tells it', async () => {
      await page.getByLabel('Filter services').fill('cron');
      await menu('Actions of cron', 'Stop');
      await row('cron').getByText('Stopped').waitFor();
      expect(await node.inside('web1', 'pgrep -x cron || echo none')).toBe('none');
      await menu('Actions of cron', 'Start');
      await row('cron').getByText('Running').waitFor();
      await menu('Actions of cron', 'Disable at boot');
      await row('cron').getByText('disabled').waitFor();
      await menu('Actions of cron', 'Enable at boot');
      await row('cron').getByText('enabled').waitFor();
    });

    test('that refuse say why', async () => {
      await node.inside(
        'web1',
        'printf "[Service]\\nExecStart=/bin/false\\nType=oneshot\\n[Install]\\nWantedBy=multi-user.target\\n" > /etc/systemd/system/broken.service; systemctl daemon-reload',
      );
      await page.reload();
      await page.getByLabel('Filter services').fill('broken');
      await menu('Actions of broken', 'Start');
      await page.getByText(/Service broken of VE web1 did not start/).waitFor();
      await row('broken').getByText('Failed').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    test('are only looked at by whoever may only look', async () => {
      const other = await panel.logIn('mona', { path: '/ves/web1/services' });
      await other.getByLabel('Filter services').fill('cron');
      await other.getByRole('button', { name: 'Actions of cron' }).click();
      const stop = other.getByRole('menuitem', { name: 'Stop' });
      expect(await stop.getAttribute('aria-description')).toContain('ve.services');
    });
  });

  test('processes are found, sorted, and get signals; init gets none', async () => {
    await node.inside('web1', 'setsid sleep 4711 >/dev/null 2>&1 & echo');
    await panel.go(page, '/ves/web1/processes');
    await page.getByLabel('Filter processes').fill('sleep 4711');
    const pid = await row('sleep 4711').getByRole('cell').first().textContent();
    await menu(`Send a signal to process ${pid}`, 'STOP: pause');
    await row('sleep 4711').getByTitle('stopped', { exact: true }).waitFor();
    await menu(`Send a signal to process ${pid}`, 'KILL: end at once');
    await page.getByText('No process fits the filter').waitFor();
    await page.getByLabel('Filter processes').fill('');
    await page.getByRole('button', { name: 'PID' }).click();
    await eventually('init is the first', async () => {
      return (await page.getByRole('row').nth(1).getByRole('cell').first().textContent()) === '1';
    });
    await page.getByRole('button', { name: 'Send a signal to process 1', exact: true }).click();
    const item = page.getByRole('menuitem', { name: 'TERM' });
    expect(await item.getAttribute('aria-description')).toContain('init');
    await page.keyboard.press('Escape');
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
