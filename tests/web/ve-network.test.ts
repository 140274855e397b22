import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import type { GuestQuota, InterfaceView, VeUsage } from '@insula/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, Lan, patient, useNode } from '../harness/index.ts';
import { openDoor } from './door.ts';
import { finders } from './finders.ts';
import { hasBrowser, makeUsers, overflow, Panel, password, seriousViolations, settled } from './panel.ts';

/* The network of a VE, what goes over it, and what its users may have of its disk: a VE on a bridge of its node. */

const port = await freePort();
const machine = '198.51.100.1';

describe.runIf(hasBrowser)('the network of a VE in the panel', { timeout: patient(60_000) }, () => {
  const node = useNode({
    templates: ['busybox'],
    config: {
      api: { address: '0.0.0.0', port, redirectPort: 0 },
      network: { attachable: { bridges: ['br0'], parents: ['trunk'], devices: [] } },
    },
  });
  let lan: Lan;
  let door: Server;
  let panel: Panel;
  let page: Page;

  const { row, button, menu, dialog, field, choose } = finders(() => page);
  const save = async () => await button('Save', dialog()).click();
  const isInvalid = async (label: string) =>
    await eventually(
      `${label} is refused`,
      async () => (await field(label).getAttribute('aria-invalid')) === 'true',
    );
  const gone = async () => await dialog().waitFor({ state: 'detached' });
  const reasonOf = async (what: Locator) => await what.getAttribute('aria-description');
  const interfaces = async () => await node.api.get<readonly InterfaceView[]>('/v1/ves/web1/interfaces');
  const reached = async (address: string) =>
    (await lan.namespace.attempt('ping', '-c1', '-W3', address)).code === 0;

  beforeAll(async () => {
    lan = await Lan.on(node.namespace, 'br0', [`${machine}/24`]);
    await node.runOnNode(...['ip', 'link', 'add', 'trunk', 'type', 'veth', 'peer', 'name', 'trunkp']);
    for (const device of ['trunk', 'trunkp']) await node.runOnNode('ip', 'link', 'set', 'dev', device, 'up');
    door = await openDoor(node.namespace, port);
    await node.create({ name: 'web1', template: 'busybox', start: true });
    await makeUsers(node, 'web1');
    await node.wait('web1');
    panel = await Panel.open(port);
    page = await panel.logIn('admin', { path: '/ves/web1/network' });
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await panel?.close();
    door?.close();
    await lan?.close();
  });

  test('a running VE gets an interface; what the node refuses is told at its field, and nothing typed is lost', async () => {
    await button('Add an interface').click();
    await field('Name').fill('lan0');
    await field('Device').fill('eth9');
    await field('Addresses').fill('198.51.100.10/24');
    await button('Add an interface', dialog()).click();
    await isInvalid('Device');
    await dialog().getByText('network.attachable.bridges').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await panel.shoot(page, 'interface-form');
    await field('Device').fill('br0');
    await field('Gateway').fill('somewhere');
    await button('Add an interface', dialog()).click();
    await isInvalid('Gateway');
    expect(await field('Addresses').inputValue()).toBe('198.51.100.10/24');
    await field('Gateway').fill(machine);
    await button('Add an interface', dialog()).click();
    await row('lan0').getByText('Up').waitFor();
    await gone();
    expect(await interfaces()).toMatchObject([
      { name: 'lan0', kind: 'bridge', device: 'br0', addresses: ['198.51.100.10/24'], gateway: machine },
    ]);
    expect(await reached('198.51.100.10')).toBe(true);
  });

  test('it is changed while the VE runs, only in what was changed', async () => {
    const mac = (await interfaces())[0]?.mac;
    await menu('Actions of lan0', 'Change');
    await field('MTU').fill('9000');
    await save();
    await isInvalid('MTU');
    await field('MTU').fill('1400');
    await field('Addresses').fill('198.51.100.11/24');
    await save();
    await row('lan0').getByText('198.51.100.11/24').waitFor();
    await gone();
    expect(await interfaces()).toMatchObject([{ mac, mtu: 1400, gateway: machine, filter: true }]);
    expect(await node.inside('web1', 'cat /sys/class/net/lan0/mtu')).toBe('1400');
    expect(await reached('198.51.100.11')).toBe(true);
  });

  test('traffic is shown by class and direction, and goes on while one looks', async () => {
    await panel.go(page, '/ves/web1/usage');
    const table = page.getByRole('table', { name: 'Traffic', exact: true });
    const packets = async () => {
      const cells = await table.getByRole('row').filter({ hasText: 'IPv4' }).first().getByRole('cell').all();
      return await Promise.all([3, 5].map(async (at) => Number(await cells[at]?.textContent())));
    };
    await table.getByText('IPv4').waitFor();
    const [before = 0] = await packets();
    await lan.namespace.run('ping', '-c', '20', '-i', '0.02', '198.51.100.11');
    await eventually('more is shown', async () => (await packets()).every((count) => count >= before + 20));
    expect(await seriousViolations(page)).toEqual([]);
    await panel.shoot(page, 'usage');
  });

  test('usage of a month is shown, and exported as CSV and JSON', async () => {
    const section = page.getByRole('region', { name: 'Usage by month' });
    await section.getByText('CPU time').waitFor();
    await section
      .getByText(/ hours$/)
      .first()
      .waitFor();
    const { uuid } = await node.show('web1');
    const month = new Date().toISOString().slice(0, 7);
    const exported = async (kind: 'CSV' | 'JSON') => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        section.getByRole('link', { name: `Export as ${kind}` }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`web1-${month}.${kind.toLowerCase()}`);
      return readFileSync(await download.path(), 'utf8');
    };
    const [header, line, ...others] = (await exported('CSV')).trimEnd().split('\r\n');
    expect(header).toContain('cpuSeconds,memoryByteHours');
    expect(line).toContain(uuid);
    expect(others).toEqual([]);
    const rows = JSON.parse(await exported('JSON')) as readonly VeUsage[];
    expect(rows).toMatchObject([{ uuid, month }]);
    expect(rows[0]?.inBytes).toBeGreaterThan(0);
  });

  test('an interface is removed from the running VE after a question', async () => {
    await panel.go(page, '/ves/web1/network');
    await menu('Actions of lan0', 'Remove');
    await button('Cancel', dialog()).click();
    await gone();
    await menu('Actions of lan0', 'Remove');
    expect(await seriousViolations(page)).toEqual([]);
    await button('Remove', dialog()).click();
    await page.getByText('It is on no network beside its routed link.').waitFor();
    expect(await interfaces()).toEqual([]);
    expect(await node.inside('web1', 'ip link')).not.toContain('lan0');
  });

  test('a macvlan device is made without the filter, which does not reach it', async () => {
    await button('Add an interface').click();
    await choose('Kind', 'macvlan');
    expect(await dialog().getByRole('switch', { name: 'Filter' }).count()).toBe(0);
    await field('Name').fill('wan0');
    await field('Device').fill('trunk');
    await dialog().getByRole('switch', { name: 'DHCP' }).click({ force: true });
    await button('Add an interface', dialog()).click();
    await row('wan0').getByText('macvlan trunk').waitFor();
    await gone();
    expect(await interfaces()).toMatchObject([{ name: 'wan0', kind: 'macvlan', filter: false, dhcp: true }]);
    await menu('Actions of wan0', 'Remove');
    await button('Remove', dialog()).click();
    await row('wan0').waitFor({ state: 'detached' });
  });

  test('settings are changed; a wrong value is told at its field', async () => {
    const settings = page.getByRole('region', { name: 'Settings' });
    await button('Edit', settings).click();
    await field('Name servers').fill('192.0.2.53, nowhere');
    await field('Ports of the node').fill('tcp:8080:80');
    await save();
    await isInvalid('Name servers');
    expect(await field('Ports of the node').inputValue()).toBe('tcp:8080:80');
    expect(await seriousViolations(page)).toEqual([]);
    await panel.shoot(page, 'network-settings');
    await field('Name servers').fill('192.0.2.53');
    await field('Search domains').fill('example.org example.net');
    await field('Ports of the node').fill('tcp:8080-80');
    await save();
    await isInvalid('Ports of the node');
    await field('Ports of the node').fill('tcp:8080:80');
    await field('Rates').fill('out:1:10000:5');
    await save();
    await isInvalid('Rates');
    await field('Rates').fill('out:1:10000');
    await dialog().getByRole('switch', { name: 'Rates are bounds' }).click({ force: true });
    await field('Groups').fill('shop');
    await choose('Packet filter inside', 'None');
    await save();
    await gone();
    await settings.getByText('example.org, example.net').waitFor();
    await settings.getByText('out:1:10000, no ceil counts').waitFor();
    expect(await node.show('web1')).toMatchObject({
      dns: { servers: ['192.0.2.53'], search: ['example.org', 'example.net'] },
      forwards: ['tcp:8080:80'],
      rates: ['out:1:10000'],
      ratebound: true,
      groups: ['shop'],
      netfilter: 'disabled',
    });
    await button('Edit', settings).click();
    await field('Rates').fill('');
    await save();
    await gone();
    expect(await node.show('web1')).toMatchObject({ rates: [], ratebound: true, forwards: ['tcp:8080:80'] });
  });

  test('an address is added and, after a question, removed', async () => {
    const address = `10.${node.config.network.pool.split('.')[1]}.0.77`;
    const addresses = page.getByRole('region', { name: 'Addresses', exact: true });
    await page.getByLabel('Address to add').fill(address);
    await button('Add', addresses).click();
    await addresses.getByText(address).waitFor();
    await button(`Remove ${address}`).click();
    await button('Remove', dialog()).click();
    await addresses.getByText(address).waitFor({ state: 'detached' });
    expect((await node.show('web1')).addresses).not.toContain(address);
  });

  test('whoever may only look is told why nothing can be done', async () => {
    await node.api.perform('POST', '/v1/ves/web1/interfaces?ifBusy=wait', { name: 'lan0', device: 'br0' });
    const mona = await panel.logIn('mona', { path: '/ves/web1/network' });
    await row('lan0', mona).getByText('Up').waitFor();
    for (const name of ['Add an interface', 'Edit', 'Add'])
      expect(await reasonOf(button(name, mona)), name).toContain('ve.configure');
    await button('Actions of lan0', mona).click();
    for (const name of ['Change', 'Remove'])
      expect(await reasonOf(mona.getByRole('menuitem', { name })), name).toContain('ve.configure');
    await mona.keyboard.press('Escape');
    await panel.go(mona, '/ves/web1/usage');
    await mona.getByRole('link', { name: 'Export as CSV' }).waitFor();
    await panel.go(mona, '/ves/web1/accounts');
    await button('Set a limit', mona).waitFor();
    expect(await reasonOf(button('Set a limit', mona))).toContain('ve.quota');
  });

  test('ports of the node are for those who may open the walls of the VE', async () => {
    await node.api.call('POST', '/v1/users', { name: 'vera', password });
    const grant = { subject: 'user:vera', role: 've-administrator', scope: 'everything' };
    await node.api.call('POST', '/v1/grants', grant);
    const admin = page;
    page = await panel.logIn('vera', { path: '/ves/web1/network' });
    await button('Edit').click();
    expect(await field('Ports of the node').isDisabled()).toBe(true);
    await dialog().getByText('You need the privilege ve.widen').waitFor();
    await field('Search domains').fill('example.com');
    await save();
    await gone();
    expect(await node.show('web1')).toMatchObject({
      dns: { search: ['example.com'] },
      forwards: ['tcp:8080:80'],
    });
    page = admin;
  });

  test('owners see traffic and usage of their VE, and what a policy withholds says so', async () => {
    const olga = await panel.logIn('olga', { path: '/ves/web1/usage' });
    await olga.getByRole('table', { name: 'Traffic', exact: true }).getByText('IPv4').waitFor();
    await olga.getByText('CPU time').waitFor();
    await olga.getByRole('link', { name: 'Export as JSON' }).waitFor();
    expect(await reasonOf(button('Export as CSV', olga))).toContain('whole node');
    await node.api.call('PATCH', '/v1/policies/ve:web1', { withheld: ['ve.netif.list', 'quota.list'] });
    for (const tab of ['network', 'accounts']) {
      await panel.go(olga, `/ves/web1/${tab}`);
      await olga.getByText('A policy of the operator withholds this').first().waitFor();
    }
    await node.api.call('DELETE', '/v1/policies/ve:web1');
  });

  describe('quotas of users and groups', () => {
    const section = () => page.getByRole('region', { name: 'Quotas' });

    test('are not in a layout that keeps none, which says why', async () => {
      await panel.go(page, '/ves/web1/accounts');
      await section().getByText('keeps no quotas of users and groups').waitFor();
      await section().getByText('They need layout image').waitFor();
      expect(await reasonOf(button('Set a limit'))).toContain('keeps no quotas');
      expect(await seriousViolations(page)).toEqual([]);
    });

    // few kernels keep quotas of ext4: the answers of one stand in here, what makes them is tested in tests/areas
    test('are shown with what is used, and limits are set', async () => {
      let ann: GuestQuota = {
        ...{ kind: 'user', id: 1000, name: 'ann' },
        ...{ usedBytes: 5_242_880, softBytes: null, bytes: null },
        ...{ usedInodes: 12, softInodes: null, inodes: null },
      };
      const sent: unknown[] = [];
      await page.route('**/quotas', async (route) => {
        if (route.request().method() === 'PATCH') {
          const body = route.request().postDataJSON() as Partial<GuestQuota>;
          sent.push(body);
          ann = { ...ann, bytes: body.bytes ?? null };
          return await route.fulfill({ json: ann });
        }
        return await route.fulfill({ json: [ann] });
      });
      await panel.go(page, '/ves/web1/accounts');
      await row('ann', section()).getByText('5 MiB of any').waitFor();
      await button('Change', row('ann', section())).click();
      await field('Space at most').fill('much');
      await save();
      await isInvalid('Space at most');
      await field('Space at most').fill('20M');
      expect(await seriousViolations(page)).toEqual([]);
      await save();
      await row('ann', section()).getByText('5 MiB of 20 MiB').waitFor();
      await gone();
      await button('Set a limit').click();
      await choose('For', 'Group');
      await field('Name').fill('staff');
      await field('Files at most').fill('500');
      await save();
      await gone();
      expect(sent).toEqual([
        { kind: 'user', who: '1000', bytes: 20_971_520 },
        { kind: 'group', who: 'staff', inodes: 500 },
      ]);
      await page.unroute('**/quotas');
    });
  });

  test('fits on a phone', async () => {
    const phone = await panel.logIn('admin', { width: 390, height: 844 });
    for (const tab of ['network', 'usage', 'accounts']) {
      await panel.go(phone, `/ves/web1/${tab}`);
      await phone.getByRole('tab', { selected: true }).waitFor();
      await settled(phone);
      expect(await overflow(phone), tab).toBeLessThanOrEqual(0);
      await panel.shoot(phone, `phone-ve-${tab}`);
    }
  });

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
