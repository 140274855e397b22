import type { AccessGrant, AlertMute, FirewallPolicy, FirewallRuleUse } from '@insula/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, patient, useNode } from '../harness/index.ts';
import { finders } from './finders.ts';
import { hasBrowser, makeUsers, Panel, panelNode, seriousViolations } from './panel.ts';

/* What stands around a VE: firewall, alerts, and who may do what with it. */

const port = await freePort();

describe.runIf(hasBrowser)('the panel around a VE', { timeout: patient(60_000) }, () => {
  const node = useNode(panelNode(port));
  let panel: Panel;
  let page: Page;

  beforeAll(async () => {
    await node.create({ name: 'web1', template: 'busybox', start: true });
    await node.create({ name: 'db1', template: 'busybox' });
    await makeUsers(node, 'web1');
    panel = await Panel.open(port);
    page = await panel.logIn('admin', { path: '/ves/web1/firewall' });
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await panel?.close();
  });

  const { button, row, dialog } = finders(() => page);
  const rules = async () => (await node.api.get<readonly FirewallRuleUse[]>('/v1/firewall/rules')) ?? [];

  describe('firewall', () => {
    const add = async (comment: string, fields: Readonly<Record<string, string>>) => {
      await page.getByRole('button', { name: 'Add a rule' }).click();
      for (const [label, value] of Object.entries(fields)) await dialog().getByLabel(label).fill(value);
      await dialog().getByLabel('What it is for').fill(comment);
      await dialog().getByRole('button', { name: 'Save' }).click();
    };

    test('rules are added; one that the node refuses keeps what was typed', async () => {
      await add('the web', { Ports: '80, 99999' });
      await eventually(
        'the ports are refused',
        async () => (await dialog().getByLabel('Ports').getAttribute('aria-invalid')) === 'true',
      );
      expect(await dialog().getByLabel('What it is for').inputValue()).toBe('the web');
      await dialog().getByLabel('Ports').fill('80, 443');
      await dialog().getByRole('button', { name: 'Save' }).click();
      await row('the web').getByText('tcp 80, 443').waitFor();
      expect(await rules()).toMatchObject([{ ves: ['web1'], ports: ['80', '443'], comment: 'the web' }]);
    });

    test('rules move over those of other VEs, are switched off, and removed after a question', async () => {
      await node.api.call('POST', '/v1/firewall/rules', { action: 'drop', direction: 'in', ves: ['db1'] });
      await add('from home', { 'Other side': '192.0.2.0/24' });
      await row('from home').waitFor();
      expect(await page.getByRole('row').filter({ hasText: 'db1' }).count()).toBe(0);
      await row('from home').getByRole('button', { name: 'Move rule 3 up' }).click();
      await eventually('it is the first', async () => (await rules())[0]?.comment === 'from home');
      const first = row('from home').getByRole('button', { name: 'Actions of rule 1' });
      await first.click();
      await page.getByRole('menuitem', { name: 'Switch off' }).click();
      await row('from home').getByText('off', { exact: true }).waitFor();
      await first.click();
      await page.getByRole('menuitem', { name: 'Remove' }).click();
      await dialog().getByRole('button', { name: 'Remove' }).click();
      await row('from home').waitFor({ state: 'hidden' });
      expect(await rules()).toHaveLength(2);
    });

    test('the policy of the node is changed', async () => {
      await page.getByRole('combobox', { name: 'New connections to VEs' }).click();
      await page.getByRole('option', { name: 'Drop' }).click();
      await eventually('it is changed', async () => {
        return (await node.api.get<FirewallPolicy>('/v1/firewall'))?.in === 'drop';
      });
      expect(await seriousViolations(page)).toEqual([]);
    });

    test('is not for owners, who are told why', async () => {
      const other = await panel.logIn('olga', { path: '/ves/web1/firewall' });
      await other.getByText('You need the privilege firewall.read').waitFor();
    });
  });

  /** One alert and no other, for a week; administrators see it, too. */
  const mutedByOwner = async () => {
    const owner = await panel.logIn('olga', { path: '/ves/web1/alerts' });
    await button('Actions of alert many processes of web1', owner).click();
    await owner.getByRole('menuitem', { name: 'For a week' }).click();
    await row('many processes', owner.getByRole('region', { name: 'Muted' }))
      .getByText('web1')
      .waitFor();
    await owner.emulateMedia({ reducedMotion: 'reduce' });
    expect(await seriousViolations(owner)).toEqual([]);
    await panel.shoot(owner, 'power-panel-muted');
    const [mute] = (await node.api.get<readonly AlertMute[]>('/v1/alerts/mutes')) ?? [];
    expect(mute).toMatchObject({ ve: 'web1' });
    expect(mute?.rule).not.toBeNull();
    await panel.go(page, '/ves/web1/alerts');
    await row('many processes', page.getByRole('region', { name: 'Muted' })).waitFor();
    await node.api.call('PATCH', '/v1/policies/ve:web1', { withheld: ['alert.mute'] });
    await panel.go(owner, '/ves/web1/alerts');
    await button('Mute', owner).click();
    const item = owner.getByRole('menuitem', { name: 'For an hour' });
    expect(await item.getAttribute('aria-description')).toContain('policy');
    await node.api.call('DELETE', '/v1/policies/ve:web1');
  };

  test('alerts: what is wrong now and what was, rules that watch it, and who is not told', async () => {
    await node.api.call('POST', '/v1/alerts/rules', {
      name: 'many processes',
      metric: 'processes',
      ves: ['web1'],
      red: 1,
      seconds: 0,
    });
    await node.api.call('POST', '/v1/alerts/rules', {
      name: 'of another',
      metric: 'processes',
      ves: ['db1'],
      red: 1,
    });
    await panel.go(page, '/ves/web1/alerts');
    const now = page.getByRole('region', { name: 'Alerts now' });
    const rulesOf = page.getByRole('region', { name: 'Rules that watch it' });
    await now.getByText('many processes').waitFor({ timeout: patient(30_000) });
    await page
      .getByRole('region', { name: 'What was alerted' })
      .getByText('many processes')
      .first()
      .waitFor();
    expect(await rulesOf.getByText('of another').count()).toBe(0);
    const mutes = page.getByRole('region', { name: 'Muted' });
    await button('Mute').click();
    await page.getByRole('menuitem', { name: 'For an hour' }).click();
    await now.getByRole('img', { name: 'muted' }).waitFor();
    await row('All rules', mutes).getByText('web1').waitFor();
    await button('Tell again', mutes).click();
    await mutes.waitFor({ state: 'hidden' });
    await now.getByRole('img', { name: 'muted' }).waitFor({ state: 'hidden' });
    await mutedByOwner();
    await page.getByRole('switch', { name: 'Rule many processes counts' }).click({ force: true });
    await now.getByText('many processes').waitFor({ state: 'hidden' });
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('permissions: who holds what on it, given and taken back', async () => {
    await node.api.call('POST', '/v1/users', { name: 'otto' });
    await panel.go(page, '/ves/web1/permissions');
    await row('user:olga').getByText('ve:web1').waitFor();
    await row('user:mona').getByText('everything').waitFor();
    await page.getByRole('button', { name: 'Grant a role' }).click();
    await dialog().getByLabel('Who').fill('user:nobody');
    await dialog().getByRole('button', { name: 'Grant', exact: true }).click();
    await dialog().getByText('nobody').last().waitFor();
    await dialog().getByLabel('Who').fill('otto');
    await dialog().getByRole('button', { name: 'Grant', exact: true }).click();
    await row('user:otto').getByText('ve:web1').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await row('user:otto').getByRole('button', { name: 'Take back' }).click();
    await dialog().getByRole('button', { name: 'Take back' }).click();
    await row('user:otto').waitFor({ state: 'hidden' });
    const grants = (await node.api.get<readonly AccessGrant[]>('/v1/grants')) ?? [];
    expect(grants.map(({ subject }) => subject)).not.toContain('user:otto');
    const other = await panel.logIn('olga', { path: '/ves/web1/permissions' });
    await other.getByText('ve.console', { exact: true }).waitFor();
    const give = other.getByRole('button', { name: 'Grant a role' });
    expect(await give.getAttribute('aria-description')).toContain('access.manage');
  });

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
