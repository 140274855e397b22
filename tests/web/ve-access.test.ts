import type { FirewallPolicy, FirewallRuleUse } from '@insula/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, patient, useNode } from '../harness/index.ts';
import { hasBrowser, makeUsers, Panel, seriousViolations } from './panel.ts';

/* What stands around a VE: firewall, alerts, and who may do what with it. */

const port = await freePort();

describe.runIf(hasBrowser)('the panel around a VE', { timeout: patient(60_000) }, () => {
  const node = useNode({
    templates: ['busybox'],
    onMachineNetwork: true,
    config: { api: { address: '127.0.0.1', port, redirectPort: 0 }, network: { nat: false } },
  });
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

  const row = (name: string, on: Page = page) => on.getByRole('row').filter({ hasText: name });
  const dialog = () => page.getByRole('dialog');
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

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
