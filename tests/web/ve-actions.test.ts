import { existsSync, mkdirSync } from 'node:fs';
import type { SnapshotView, TemplateDetail, TemplateDiff, VeSummary } from '@insula/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, haveCriu, patient, run, useNode } from '../harness/index.ts';
import { finders } from './finders.ts';
import { hasBrowser, makeUsers, overflow, Panel, panelNode, seriousViolations, settled } from './panel.ts';

/* What is done to a VE as a whole, and to what VEs are made from: in a real browser, against a real daemon with real VEs. */

const port = await freePort();
const mebibyte = 1_048_576;

describe.runIf(hasBrowser)('actions on VEs in the Control Center', { timeout: patient(60_000) }, () => {
  // templates are made here
  const node = useNode({ ...panelNode(port), ownStore: true });
  let panel: Panel;
  let page: Page;
  let files: string;

  beforeAll(async () => {
    await haveCriu();
    await node.create({ name: 'web1', template: 'busybox', layout: 'plain', start: true });
    await node.create({ name: 'db1', template: 'busybox', layout: 'plain' });
    await makeUsers(node, 'web1');
    files = `${node.paths.dir}/files`;
    mkdirSync(files);
    panel = await Panel.open(port);
    page = await panel.logIn('admin', { path: '/ves' });
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await panel?.close();
  });

  const { button, choose, dialog, field, menu, row } = finders(() => page);
  const openVe = async (name: string, tab = '') => {
    await panel.go(page, `/ves/${(await node.show(name)).uuid}/${tab}`);
    await page.getByRole('heading', { name, level: 1 }).waitFor();
  };
  const send = async (verb: string) => await button(verb, dialog()).click();
  const reasonOf = async (place: Locator) => await place.getAttribute('aria-description');
  /** What a field is refused for. */
  const refusalAt = async (label: string, problem: string) => {
    await dialog().getByText(problem).waitFor();
    const input = dialog().getByRole('textbox', { name: new RegExp(`^${label}( \\*)?$`) });
    expect(await input.getAttribute('aria-invalid')).toBe('true');
  };
  /** Whether all can use the window that is open, and it fits. */
  const canBeUsed = async (name: string) => {
    await settled(page);
    expect(await seriousViolations(page), name).toEqual([]);
    expect(await overflow(page), name).toBeLessThanOrEqual(0);
    await panel.shoot(page, `action-${name}`);
  };
  const told = async (words: string) => await page.getByText(words).waitFor();

  test('gives a VE another name; one that is taken is refused at its field', async () => {
    await openVe('web1');
    await menu('More', 'Rename');
    await field('New name').fill('db1');
    await send('Rename');
    await refusalAt('New name', 'the name db1 belongs to another VE');
    expect(await field('New name').inputValue()).toBe('db1');
    await canBeUsed('rename');
    await field('New name').fill('shop');
    await send('Rename');
    await page.getByRole('heading', { name: 'shop', level: 1 }).waitFor();
    expect((await node.show('shop')).state).toBe('running');
  });

  test('shows what has changed since a snapshot, a hundred files at a time', async () => {
    await node.inside('shop', 'mkdir /srv/many; echo old > /etc/kept');
    await node.api.perform('POST', '/v1/ves/shop/snapshots', { name: 'before' });
    await node.inside('shop', 'cd /srv/many; for i in $(seq 1 250); do echo > file-$i; done; rm /etc/kept');
    await openVe('shop', 'snapshots');
    await button('Changes', row('before')).click();
    await dialog().getByText('1 to 100 of 25').waitFor();
    await canBeUsed('diff');
    await button('Next').click();
    await dialog().getByText('101 to 200 of 25').waitFor();
    await dialog().getByRole('searchbox').fill('/etc/kept');
    await row('/etc/kept', dialog()).getByText('Removed').waitFor();
    expect(await row('/srv/many/file', dialog()).count()).toBe(0);
    await button('Close').click();
  });

  test('clones a VE as it is, with all that can be said of the other one', async () => {
    await openVe('shop');
    await menu('More', 'Clone');
    await field('Name').fill('db1');
    await field('CTID').fill('4711');
    await field('Host name').fill('copy.example.org');
    await field('Description').fill('made of the shop');
    await dialog().getByText('Addresses', { exact: true }).click();
    await dialog().getByRole('textbox', { name: 'Addresses' }).fill('here');
    await dialog().getByRole('switch', { name: 'Start it when it is made' }).check();
    await send('Clone');
    await refusalAt('Addresses', 'addresses.0: is not accepted');
    await dialog().getByText('None', { exact: true }).click();
    await send('Clone');
    await refusalAt('Name', 'the name db1 belongs to another VE');
    await canBeUsed('clone');
    await field('Name').fill('copy');
    await send('Clone');
    await told('shop is cloned');
    const hostname = 'copy.example.org';
    expect(await node.show('copy')).toMatchObject({ ctid: 4711, hostname, addresses: [], state: 'running' });
    expect((await node.show('copy')).description).toBe('made of the shop');
    expect(await node.inside('copy', 'ls /srv/many | wc -l')).toBe('250');
  });

  test('clones a VE as it was in a snapshot', async () => {
    await openVe('shop');
    await menu('More', 'Clone');
    await field('Name').fill('earlier');
    await choose('Files', 'As in snapshot before');
    await dialog().getByRole('switch', { name: 'Start it when it is made' }).check();
    await send('Clone');
    await told('shop is cloned');
    await node.wait('earlier');
    expect(await node.inside('earlier', 'cat /etc/kept; ls /srv/many | wc -l')).toBe('old\n0');
    expect((await node.show('earlier')).addresses).not.toEqual([]);
  });

  test('renews a VE around its processes', async () => {
    await openVe('copy');
    await node.inside('copy', 'echo memory > /run/kept');
    const { init } = await node.status('copy');
    await menu('More', 'Renew in place');
    await told('copy is renewed, and its processes go on');
    expect((await node.status('copy')).init).not.toBe(init);
    expect(await node.inside('copy', 'cat /run/kept')).toBe('memory');
  });

  test('says which state an action needs', async () => {
    await openVe('shop');
    await button('More').click();
    for (const item of ['Mount', 'Make a template of it'])
      expect(await reasonOf(page.getByRole('menuitem', { name: item })), item).toContain(
        'must be stopped; it is running',
      );
    await page.keyboard.press('Escape');
    await openVe('db1');
    await button('More').click();
    const renew = page.getByRole('menuitem', { name: 'Renew in place' });
    expect(await reasonOf(renew)).toContain('must be running; it is stopped');
    await page.keyboard.press('Escape');
  });

  test('mounts the root of a VE and takes it away again', async () => {
    await openVe('db1');
    await menu('More', 'Mount');
    await told('The root of db1 is mounted');
    expect((await node.status('db1')).state).toBe('mounted');
    await menu('More', 'Unmount');
    await told('The root of db1 is unmounted');
    expect((await node.status('db1')).state).toBe('stopped');
  });

  test('moves a VE to another layout, with what that one limits', async () => {
    await openVe('db1');
    await menu('More', 'Move to another layout');
    await choose('New layout', 'Image');
    await field('Disk space').fill('much');
    await send('Move');
    await refusalAt('Disk space', 'is not an amount');
    await canBeUsed('move');
    await field('Disk space').fill('64M');
    await send('Move');
    await told('db1 is moved');
    const { layout, parameters } = await node.show('db1');
    expect({ layout, parameters }).toEqual({ layout: 'image', parameters: { diskspace: 64 * mebibyte } });
  });

  test('exports a VE with its snapshots, and makes another one of the archive', async () => {
    const path = `${files}/shop.tar.zst`;
    await openVe('shop');
    await menu('More', 'Export');
    await field('File on the node').fill('shop.tar.zst');
    await dialog().getByRole('switch', { name: 'With its snapshots' }).check();
    await send('Export');
    await refusalAt('File on the node', 'path');
    await canBeUsed('export');
    await field('File on the node').fill(path);
    await send('Export');
    await told('shop is exported');
    expect(existsSync(path)).toBe(true);

    await panel.go(page, '/ves');
    await button('Import').click();
    await field('File on the node').fill('/nonexistent.tar.zst');
    await send('Import');
    await refusalAt('File on the node', '/nonexistent.tar.zst');
    await field('File on the node').fill(path);
    await send('Import');
    await refusalAt('File on the node', 'shop');
    await canBeUsed('import');
    await dialog().getByRole('switch', { name: 'As another VE' }).check();
    await field('Name').fill('again');
    await dialog().getByRole('radiogroup').getByText('None', { exact: true }).click();
    await choose('Layout', 'Image');
    await field('Disk space').fill('128M');
    await send('Import');
    await told('The VE is here');
    await row('again').waitFor();
    const { uuid, layout, addresses, parameters, state } = await node.show('again');
    expect({ layout, addresses, parameters, state }).toEqual({
      layout: 'image',
      addresses: [],
      parameters: { diskspace: 128 * mebibyte },
      state: 'stopped',
    });
    expect(uuid).not.toBe((await node.show('shop')).uuid);
    const snapshots = await node.api.get<readonly SnapshotView[]>('/v1/ves/again/snapshots');
    expect(snapshots.map(({ name }) => name)).toEqual(['before']);
  });

  test('makes a template of a stopped VE; a name that is defined is refused at its field', async () => {
    await node.act('stop', 'shop');
    await openVe('shop');
    await menu('More', 'Make a template of it');
    await field('Template').fill('debian-12');
    await field('Title').fill('The shop');
    await send('Make the template');
    await refusalAt('Template', 'template debian-12 exists already');
    await canBeUsed('publish');
    await field('Template').fill('shop');
    await send('Make the template');
    await told('VEs can be made from shop');
    const { title, versions } = await node.api.get<TemplateDetail>('/v1/templates/shop');
    expect({ title, count: versions.length }).toEqual({ title: 'The shop', count: 1 });
  });

  test('creates a template from an archive; one that cannot be read is told at its field', async () => {
    await node.act('mount', 'shop');
    const { uuid } = await node.show('shop');
    const archive = `${files}/system.tar.gz`;
    const owner = ['--owner=0', '--group=0', '--numeric-owner'];
    await run(['tar', '-C', `${node.paths.run}/ve/${uuid}/root`, ...owner, '-czf', archive, '.']);
    await node.act('unmount', 'shop');
    await panel.go(page, '/templates');
    await button('Create from an archive or image').click();
    await field('Name').fill('foreign');
    await field('Archive').fill(`${files}/gone.tar.gz`);
    await choose('Init', 'BusyBox init');
    await send('Create');
    await refusalAt('Archive', 'it is no file that can be read');
    await canBeUsed('create-template');
    await dialog().getByText('An image', { exact: true }).click();
    await field('Image').fill(`oci-archive:${files}/gone.tar`);
    await send('Create');
    await refusalAt('Image', 'gone.tar');
    await dialog().getByText('An archive', { exact: true }).click();
    await field('Archive').fill(archive);
    await send('Create');
    await told('VEs can be made from foreign');
    const { source, init } = await node.api.get<TemplateDetail>('/v1/templates/foreign');
    expect({ source, init }).toEqual({ source: 'archive', init: 'busybox' });
    await row('foreign').waitFor();
  });

  test('compares a template with another one', async () => {
    await menu('Actions for busybox', 'Compare');
    await dialog().getByText('Choose two that are not the same').waitFor();
    const [to] = (await node.api.get<TemplateDetail>('/v1/templates/shop')).versions;
    const [from] = (await node.api.get<TemplateDetail>('/v1/templates/busybox')).versions;
    await row(from?.version ?? '', dialog())
      .first()
      .waitFor();
    await choose('To', `shop@${to?.version}`);
    await dialog().getByText('Both have the same packages').waitFor();
    await row('/srv/many/file-250', dialog()).or(dialog().getByRole('searchbox')).first().waitFor();
    await canBeUsed('compare');
    await dialog().getByRole('searchbox').fill('file-250');
    await row('/srv/many/file-250', dialog()).getByText('Added').waitFor();
    const { files: changed } = await node.api.get<TemplateDiff>('/v1/templates/busybox/diff/shop');
    expect(changed).toContainEqual({ path: '/srv/many/file-250', change: 'added' });
    await button('Close').click();
  });

  test('shows whoever may only look why he can do none of it', async () => {
    const mona = await panel.logIn('mona', { path: '/ves' });
    const imports = button('Import', mona);
    await imports.waitFor();
    expect(await reasonOf(imports)).toContain('ve.create');
    expect(await imports.getAttribute('aria-disabled')).toBe('true');
    await panel.go(mona, '/ves/shop');
    await button('More', mona).click();
    for (const [name, privilege] of [
      ['Renew in place', 've.power'],
      ['Mount', 've.power'],
      ['Clone', 've.create'],
      ['Rename', 've.configure'],
      ['Move to another layout', 've.configure'],
      ['Export', 've.files'],
      ['Make a template of it', 'template.build'],
    ] as const) {
      const item = mona.getByRole('menuitem', { name, exact: true });
      expect(await item.getAttribute('aria-disabled'), name).toBe('true');
      expect(await reasonOf(item), name).toContain(privilege);
    }
    expect(await seriousViolations(mona)).toEqual([]);
    await panel.shoot(mona, 'action-refused');
    await panel.go(mona, '/templates');
    const create = button('Create from an archive or image', mona);
    await create.waitFor();
    expect(await reasonOf(create)).toContain('template.build');
    // to look is no change
    await button('Actions for busybox', mona).click();
    expect(await reasonOf(mona.getByRole('menuitem', { name: 'Compare' }))).toBeNull();
  });

  test('lets whoever holds all but the node name no file of it', async () => {
    const privileges = ['ve.read', 've.files', 've.create', 'template.read', 'template.build'];
    await node.api.call('POST', '/v1/roles', { name: 'porter', privileges });
    const grant = { subject: 'user:olga', role: 'porter', scope: 'everything' };
    expect((await node.api.call('POST', '/v1/grants', grant)).status).toBeLessThan(300);
    const olga = await panel.logIn('olga', { path: '/ves' });
    const imports = button('Import', olga);
    await imports.waitFor();
    expect(await reasonOf(imports)).toContain('node.admin');
    await panel.go(olga, '/ves/shop');
    await button('More', olga).click();
    const item = olga.getByRole('menuitem', { name: 'Export', exact: true });
    expect(await reasonOf(item)).toContain('node.admin');
  });

  test('fits on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openVe('copy');
    for (const item of ['Clone', 'Move to another layout', 'Export']) {
      await menu('More', item);
      await dialog().waitFor();
      await canBeUsed(`phone-${item}`);
      await button('Cancel').click();
    }
    await openVe('shop', 'snapshots');
    await button('Changes', row('before')).click();
    await canBeUsed('phone-diff');
    await button('Close').click();
    await panel.go(page, '/templates');
    await menu('Actions for shop', 'Compare');
    await canBeUsed('phone-compare');
  });

  test('leaves nothing but what was asked for', async () => {
    const ves = await node.api.get<readonly VeSummary[]>('/v1/ves');
    expect(ves.map(({ name }) => name).sort()).toEqual(['again', 'copy', 'db1', 'earlier', 'shop']);
    expect(panel.complaints).toEqual([]);
  });
});
