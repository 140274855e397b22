import type { ParameterUse, VeDetail } from '@insula/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, patient, useNode } from '../harness/index.ts';
import { contrastOfRefused } from './contrast.ts';
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

/* The panel in a real browser, against a real daemon with real VEs. */

const port = await freePort();
const everyPage = [
  ...['/', '/ves', '/create', '/operations', '/events', '/templates'],
  ...['', '/console', '/resources', '/network', '/snapshots', '/applications', '/services', '/processes'].map(
    (tab) => `/ves/web1${tab}`,
  ),
  ...['/firewall', '/files', '/logs', '/alerts', '/permissions'].map((tab) => `/ves/web1${tab}`),
];
const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>';

describe.runIf(hasBrowser)('the Control Center', { timeout: patient(60_000) }, () => {
  const node = useNode(panelNode(port));
  let panel: Panel;
  let page: Page;

  beforeAll(async () => {
    await node.create({ name: 'web1', template: 'busybox', start: true, description: hostile });
    await node.create({ name: 'db1', template: 'busybox' });
    await makeUsers(node, 'web1');
    panel = await Panel.open(port);
  });
  afterAll(async () => {
    await panel?.close();
  });

  const { row, dialog } = finders(() => page);
  const openVe = async (name: string, tab = '') => await panel.go(page, `/ves/${name}${tab && `/${tab}`}`);

  test('lets nobody in with a wrong password, and says so', async () => {
    page = await panel.visit({ path: '/operations' });
    await fillLogin(page, 'admin', 'wrong wrong wrong');
    await page.getByText('User name, password or code is wrong').waitFor();
    expect(await page.getByRole('textbox', { name: 'User name' }).inputValue()).toBe('admin');
    await fillLogin(page, 'admin', password);
    await page.getByRole('heading', { name: 'Operations', level: 1 }).waitFor();
  });

  test('shows the VEs by state, and leads to those of one state', async () => {
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: /^1 Stopped/ }).click();
    await row('db1').waitFor();
    expect(await row('web1').count()).toBe(0);
  });

  test('filters and sorts the list, and remembers columns', async () => {
    await panel.go(page, '/ves?sort=-name');
    await row('web1').waitFor();
    const names = page.getByRole('row').getByRole('link');
    expect(await names.allTextContents()).toEqual(['web1', 'db1']);
    await page.getByLabel('Filter').fill('DB');
    await eventually('one is left', async () => (await names.allTextContents()).join() === 'db1');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('UUID').check();
    await page.reload();
    await page.getByRole('columnheader', { name: 'UUID' }).waitFor();
  });

  test('starts and stops a VE, and another browser sees it without being told to', async () => {
    const other = await panel.logIn('mona', { path: '/ves' });
    await row('db1', other).getByText('Stopped').waitFor();
    await openVe('db1');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await row('db1', other).getByText('Running').waitFor();
    expect((await node.status('db1')).state).toBe('running');
    await page.getByRole('button', { name: 'Stop' }).click();
    await row('db1', other).getByText('Stopped').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  });

  test('shows whoever may only look why nothing can be done', async () => {
    const other = await panel.logIn('mona', { path: '/ves/web1' });
    const stop = other.getByRole('button', { name: 'Stop' });
    await stop.waitFor();
    expect(await stop.getAttribute('aria-disabled')).toBe('true');
    expect(await stop.getAttribute('aria-description')).toContain('ve.power');
  });

  test.each(['light', 'dark'] as const)(
    'lets whoever may only look read what he may not do (%s)',
    async (colorScheme) => {
      const other = await panel.logIn('mona', { path: '/ves/web1' });
      await other.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await other.getByRole('button', { name: 'More' }).click();
      await other.getByRole('menuitem', { name: 'Destroy' }).waitFor();
      const refused = await contrastOfRefused(other);
      expect(refused.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['Audit log', 'Stop', 'Destroy']),
      );
      // the menu fades in
      await eventually('all of it can be read', async () =>
        (await contrastOfRefused(other)).every(({ contrast }) => contrast >= 4.5),
      );
      expect(await seriousViolations(other)).toEqual([]);
      await panel.shoot(other, `monitor-${colorScheme}`);
      const audit = other.getByRole('link', { name: 'Audit log' });
      expect(await audit.getAttribute('aria-description')).toContain('audit.read');
    },
  );

  test('shows an owner what is his, and nothing else', async () => {
    const other = await panel.logIn('olga', { path: '/ves' });
    await row('web1', other).waitFor();
    expect(await row('db1', other).count()).toBe(0);
    await panel.go(other, '/ves/db1');
    await other.getByText('No VE db1').waitFor();
  });

  test('does one thing to many VEs, with a result for each', async () => {
    await panel.go(page, '/ves');
    await row('web1').waitFor();
    await page.getByLabel('Select all that are shown').check();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await dialog().getByText('1 done, 0 failed, 0 to go').waitFor();
    await row('web1', dialog()).getByText('Skipped').waitFor();
    await row('db1', dialog()).getByText('Done').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    expect((await node.status('db1')).state).toBe('running');
  });

  test('creates a VE; what the node refuses is told at its field, and nothing typed is lost', async () => {
    await panel.go(page, '/create');
    await page.getByRole('combobox', { name: 'Template' }).or(page.getByLabel('Template')).first().click();
    await page.getByRole('option', { name: /busybox/i }).click();
    await page.getByLabel('Name', { exact: true }).fill('web1');
    await page.getByLabel('Memory').fill('much');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('is not an amount').waitFor();
    await page.getByLabel('Memory').fill('128M');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await eventually(
      'the name is refused',
      async () => (await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid')) === 'true',
    );
    expect(await page.getByLabel('Memory').inputValue()).toBe('128M');
    await page.getByLabel('Name', { exact: true }).fill('made1');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { name: 'made1', level: 1 }).waitFor();
    const { state, parameters } = await node.show('made1');
    expect({ state, physpages: parameters.physpages }).toEqual({ state: 'running', physpages: 134_217_728 });
  });

  test('has a shell that works', async () => {
    await openVe('web1', 'console');
    await page.getByText('Shell of root').click();
    await page.locator('[data-testid=shell] .xterm-screen').click();
    await page.keyboard.type('echo in-$((6*7))\n');
    await page
      .locator('[data-testid=shell] .xterm-rows')
      .getByText('in-42', { exact: false })
      .first()
      .waitFor();
  });

  test('has the console, with what was printed before', async () => {
    await page.getByRole('radiogroup').getByText('Console', { exact: true }).click();
    await page.locator('[data-testid=console] .xterm-rows').getByText('login:').first().waitFor();
  });

  test('changes a limit of a running VE, and refuses what is none at its field', async () => {
    await openVe('web1', 'resources');
    await page.getByRole('button', { name: 'Change numproc' }).click();
    const field = page.getByRole('textbox', { name: 'numproc' });
    await field.fill('0');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('is outside').waitFor();
    await field.fill('777');
    await page.getByRole('button', { name: 'Save' }).click();
    await row('numproc').getByText('777').first().waitFor();
    const limits = (await node.api.get<readonly ParameterUse[]>('/v1/ves/web1/limits')) ?? [];
    expect(limits.find(({ parameter }) => parameter === 'numproc')).toMatchObject({ limit: 777 });
  });

  test('takes a snapshot and tells of the operation step by step', async () => {
    await openVe('web1', 'snapshots');
    await page.getByRole('button', { name: 'Take a snapshot' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('before');
    await page.getByRole('dialog').getByRole('button', { name: 'Take a snapshot' }).click();
    await row('before').waitFor();
    await page.getByRole('tab', { name: 'Operations' }).click();
    await page
      .getByRole('link', { name: /snapshot.*web1/i })
      .first()
      .click();
    await page.getByRole('img', { name: 'Done' }).first().waitFor();
  });

  test('shows what somebody wrote as text, and runs nothing of it', async () => {
    for (const path of ['/', '/ves', '/ves/web1', '/operations', '/events']) {
      await panel.go(page, path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      expect(await page.evaluate('window.hacked')).toBeUndefined();
    }
    await openVe('web1');
    await page.getByText(hostile).waitFor();
  });

  test('says that the node is away, and shows what has happened once it is back', async () => {
    await panel.go(page, '/ves');
    await row('web1').getByText('Running').waitFor();
    await node.kill9();
    await page.getByText('The connection to the node is lost').waitFor();
    await node.start();
    await page.getByText('The connection to the node is lost').waitFor({ state: 'hidden' });
    await node.act('kill', 'web1');
    await row('web1').getByText('Stopped').waitFor();
    await node.act('start', 'web1');
    await row('web1').getByText('Running').waitFor();
  });

  test('destroys a VE only when its name was typed', async () => {
    const { uuid } = (await node.show('made1')) as VeDetail;
    await openVe(uuid);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Destroy' }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Destroy' });
    await page.getByLabel('Type made1 to confirm').fill('made');
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Type made1 to confirm').fill('made1');
    await confirm.click();
    await page.waitForURL('**/ves');
    await eventually(
      'it is gone',
      async () => (await node.api.call('GET', `/v1/ves/${uuid}`)).status === 404,
    );
  });

  test.each([
    ['light', everyPage],
    ['dark', ['/', '/ves', '/create', '/ves/web1', '/ves/web1/resources']],
  ] as const)('can be used by everybody: axe finds nothing serious (%s)', async (colorScheme, paths) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found: string[] = [];
    for (const path of paths) {
      await panel.go(page, path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await settled(page);
      found.push(...(await seriousViolations(page)).map((line) => `${path} ${line}`));
    }
    expect(found).toEqual([]);
  });

  test('fits on a phone', async () => {
    const phone = await panel.logIn('admin', { width: 390, height: 844 });
    for (const path of ['/', '/ves', '/create', '/ves/web1', '/ves/web1/resources', '/operations']) {
      await panel.go(phone, path);
      await phone.getByRole('heading', { level: 1 }).first().waitFor();
      expect(await overflow(phone), path).toBeLessThanOrEqual(0);
    }
    await phone.getByRole('button', { name: 'Menu' }).click();
    await phone.getByRole('link', { name: 'Templates' }).click();
    await phone.getByRole('heading', { name: 'Templates', level: 1 }).waitFor();
  });

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
