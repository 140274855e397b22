import type { NodeIdentity, Peer, VeSummary } from '@insula/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addUnsavableLink,
  eventually,
  freePort,
  type GuestStream,
  haveCriu,
  patient,
  removeUnsavableLink,
  run,
  useNode,
} from '../harness/index.ts';
import { finders } from './finders.ts';
import { hasBrowser, makeUsers, overflow, Panel, panelNode, seriousViolations, settled } from './panel.ts';

/*
 * Nodes that trust each other, and VEs that move between them: in a real browser, against two real daemons. The panel is that of the
 * source, which is on the network of the machine; the target has a network of its own at the other end of a cable.
 */

const port = await freePort();
const linkPort = await freePort();
const pages = ['/node/nodes', '/node/storage', '/node/use'];
const [sourceAddress, targetAddress] = ['10.67.0.1', '10.67.0.2'];
const cable = 'insmig0';
const sleeper = /^sleep \(\d+\)$/;

describe.runIf(hasBrowser)('migration in the Control Center', { timeout: patient(90_000) }, () => {
  const onMachine = panelNode(port);
  const source = useNode({
    ...onMachine,
    name: 'source',
    // what is verified and collected is its own
    ownStore: true,
    config: { ...onMachine.config, link: { address: '::', port: linkPort } },
  });
  const target = useNode({ name: 'target', templates: ['busybox'] });
  let panel: Panel;
  let page: Page;
  let outsider: GuestStream | undefined;

  const { button, dialog, row, field, choose, menu, confirm } = finders(() => page);
  const part = (name: string, on: Page = page) => on.getByRole('region', { name });
  const submit = (name: string) => button(name, dialog());
  const held = async (): Promise<readonly string[]> =>
    (await source.api.get<readonly VeSummary[]>('/v1/ves')).map(({ name }) => name);

  beforeAll(async () => {
    await haveCriu();
    await run([
      ...['ip', 'link', 'add', cable, 'type', 'veth'],
      ...['peer', 'name', 'up0', 'netns', target.namespace.name],
    ]);
    await run(['ip', 'address', 'add', `${sourceAddress}/24`, 'dev', cable]);
    await run(['ip', 'link', 'set', cable, 'up']);
    await target.runOnNode('ip', 'address', 'add', `${targetAddress}/24`, 'dev', 'up0');
    await target.runOnNode('ip', 'link', 'set', 'up0', 'up');
    await source.create({ name: 'web1', template: 'busybox', start: true });
    await source.create({ name: 'web2', template: 'busybox' });
    await source.wait('web1');
    await source.inside('web1', 'echo here > /run/only-in-memory; head -c 3000000 /dev/urandom > /root/blob');
    await makeUsers(source, 'web2');
    panel = await Panel.open(port);
    page = await panel.logIn('admin', { path: '/node/nodes' });
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await panel?.close();
  });

  test('shows what other nodes must know of this one', async () => {
    const { fingerprint } = await source.api.get<NodeIdentity>('/v1/node/identity');
    await part('This node').getByText(fingerprint).waitFor();
    await part('This node').getByText(String(linkPort)).waitFor();
    const evacuate = button('Evacuate');
    expect(await evacuate.getAttribute('aria-description')).toContain('No other node is trusted');
  });

  test('trusts a node; what is no fingerprint is told at its field, and nothing typed is lost', async () => {
    const { fingerprint } = await target.api.get<NodeIdentity>('/v1/node/identity');
    await button('Trust a node').click();
    await field('Name').fill('target');
    await field('Address').fill(targetAddress);
    await field('Fingerprint \\(SHA-256\\)').fill('AB:CD');
    expect(await seriousViolations(page)).toEqual([]);
    await submit('Trust a node').click();
    await eventually(
      'the field is refused',
      async () =>
        (await field('Fingerprint \\(SHA-256\\)').getAttribute('aria-invalid')) === 'true' &&
        (await field('Name').inputValue()) === 'target',
    );
    await field('Fingerprint \\(SHA-256\\)').fill(`${fingerprint}\n`);
    await submit('Trust a node').click();
    await row('target').getByText(fingerprint).waitFor();
    expect(await source.api.get<readonly Peer[]>('/v1/peers')).toEqual([
      { name: 'target', address: targetAddress, port: 4434, fingerprint },
    ]);
    const own = await source.api.get<NodeIdentity>('/v1/node/identity');
    await target.api.call('POST', '/v1/peers', {
      name: 'source',
      address: sourceAddress,
      port: own.port,
      fingerprint: own.fingerprint,
    });
  });

  test('tells what keeps processes from being saved, with process, place and remedy', async () => {
    await panel.go(page, '/ves/web1/snapshots');
    await part('Checkpoints').getByRole('button', { name: 'Check', exact: true }).click();
    await dialog().getByText('Nothing keeps its').waitFor();
    await addUnsavableLink(source, 'web1');
    // processes from outside are no children of init
    outsider = await source.openExec('web1', { command: ['sleep', '4321'] });
    await button('Check again').click();
    await row('vx0', dialog()).getByText('Remove it inside').waitFor();
    await row('brought in from outside', dialog()).getByText(sleeper).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await panel.shoot(page, 'checkpoint-check');
    await button('Close').click();
  });

  test('says how a VE would move and what is in the way, and moves it no other way than asked', async () => {
    await menu('More', 'Migrate');
    await dialog().getByText('Near-live').waitFor();
    const blocker = row('vx0', dialog());
    await blocker.getByText('Interface: vx0').waitFor();
    await blocker.getByText('moving live').waitFor();
    await row('brought in from outside', dialog()).getByText(sleeper).waitFor();
    await choose('At least', 'Live, or not at all');
    expect(await seriousViolations(page)).toEqual([]);
    await submit('Migrate').click();
    await dialog().getByRole('alert').getByText('cannot migrate to target as asked').waitFor();
    expect(await field('At least').inputValue()).toBe('Live, or not at all');
    await panel.shoot(page, 'migrate');
    await removeUnsavableLink(source, 'web1');
    await source.inside('web1', 'kill $(pidof sleep)');
    await outsider?.exit();
    await button('Check again').click();
    await dialog().getByText('Live: its processes').waitFor();
    await dialog().getByText('Nothing is in the way').waitFor();
  });

  test('moves the running VE live, and shows how far it is', async () => {
    await dialog().getByLabel('Bandwidth').fill('8');
    await submit('Migrate').click();
    await dialog().getByRole('progressbar').waitFor();
    await dialog().getByText('It goes on when this window is closed').waitFor();
    await page.getByText('web1 is on target now').waitFor();
    await page.waitForURL('**/ves');
    await row('web1').waitFor({ state: 'detached' });
    expect(await held()).toEqual(['web2']);
    expect(await target.status('web1')).toMatchObject({ state: 'running' });
    expect(await target.inside('web1', 'cat /run/only-in-memory')).toBe('here');
  });

  test('shows whoever may only look why nothing of it can be done', async () => {
    const mona = await panel.logIn('mona', { path: '/ves/web2' });
    await button('More', mona).click();
    const migrate = mona.getByRole('menuitem', { name: 'Migrate' });
    expect(await migrate.getAttribute('aria-description')).toContain('ve.migrate');
    await panel.go(mona, '/node/nodes');
    for (const name of ['Trust a node', 'Evacuate', 'Forget']) {
      await button(name, mona).waitFor();
      expect(await button(name, mona).getAttribute('aria-description'), name).toContain('node.admin');
    }
    await panel.go(mona, '/node/storage');
    for (const name of ['Verify', 'Remove unneeded', 'Optimize']) {
      await button(name, mona).waitFor();
      expect(await button(name, mona).getAttribute('aria-description'), name).toContain('node.maintain');
    }
  });

  test('tells what is stored and shared, verifies it, and removes what nobody needs', async () => {
    await panel.go(page, '/node/storage');
    await page.getByRole('table', { name: 'Templates' }).getByText('busybox').waitFor();
    await page.getByRole('table', { name: 'VEs' }).getByText('web2').waitFor();
    await button('Verify').click();
    await page.getByText('all are as they were stored').waitFor();
    await button('Remove unneeded').click();
    await page.getByText('0 files are removed').waitFor();
    await button('Optimize').click();
    await choose('VEs', 'web2');
    await page.keyboard.press('Tab');
    expect(await seriousViolations(page)).toEqual([]);
    await submit('Optimize').click();
    await page.getByRole('table', { name: 'What was found' }).getByText('web2').waitFor();
    await button('Close').click();
  });

  test('shows what the node used, and a VE', async () => {
    await page.getByRole('tab', { name: 'Use' }).click();
    await page.getByRole('img', { name: 'Load' }).waitFor();
    await page.getByText(/^of the last minute/).waitFor();
    await panel.go(page, '/ves/web2');
    await page.getByRole('img', { name: 'Memory' }).waitFor();
    await page.getByText(/^with page cache/).waitFor();
  });

  test.each([
    ['light', 1366],
    ['dark', 1366],
    ['light', 390],
  ] as const)('can be used by everybody (%s, %i pixels wide)', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    for (const path of pages) {
      await panel.go(page, path);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      await settled(page);
      expect(await seriousViolations(page), path).toEqual([]);
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
      await panel.shoot(page, `${colorScheme}-${width}${path.replaceAll('/', '-')}`);
    }
  });

  test('moves all VEs away once the name of the node was typed, and forgets the other one', async () => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 1366, height: 820 });
    await panel.go(page, '/node/nodes');
    await button('Evacuate').click();
    expect(await submit('Evacuate').isDisabled()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    await panel.shoot(page, 'evacuate');
    await dialog().getByLabel('Type source to confirm').fill('source');
    await submit('Evacuate').click();
    await page.getByText('All VEs are on target now').waitFor();
    expect(await held()).toEqual([]);
    expect(await target.status('web2')).toMatchObject({ state: 'stopped' });
    await row('target').getByRole('button', { name: 'Forget' }).click();
    await confirm('target', 'Forget');
    await part('Trusted nodes').getByText('No other node is trusted').waitFor();
    expect(await source.api.get<readonly Peer[]>('/v1/peers')).toEqual([]);
  });

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
