import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, patient, useNode } from '../harness/index.ts';
import { finders } from './finders.ts';
import { hasBrowser, makeUsers, Panel, panelNode, seriousViolations } from './panel.ts';

/* What the panel does inside a VE: services, processes, accounts, files and logs of a real Debian. */

const port = await freePort();

describe.runIf(hasBrowser)('the panel inside a VE', { timeout: patient(60_000) }, () => {
  const node = useNode(panelNode(port, ['debian-12']));
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

  const { row, menu, button, dialog, field, confirm } = finders(() => page);

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

  test('accounts are made, changed, locked and deleted; what a VE refuses stays in the form', async () => {
    await page.getByRole('tab', { name: 'Accounts' }).click();
    await row('root').waitFor();
    expect(await row('www-data').count()).toBe(0);
    await page.getByLabel('Show those of services, too').check();
    await row('www-data').waitFor();
    await page.getByLabel('Show those of services, too').uncheck();
    await button('Create an account').click();
    await field('Account').fill('alice');
    await field('Full name').fill('Alice <b>&amp;');
    await field('Groups').fill('nowhere');
    await field('Groups').press('Enter');
    await button('Create an account', dialog()).click();
    await dialog()
      .getByText(/group 'nowhere' does not exist/)
      .waitFor();
    expect(await field('Account').inputValue()).toBe('alice');
    await field('Groups').press('Backspace');
    await button('Create an account', dialog()).click();
    await row('alice').getByText('Alice <b>&amp;').waitFor();
    expect(await node.inside('web1', 'getent passwd alice')).toContain(':Alice <b>&amp;:/home/alice:');
    await menu('Actions of alice', 'Set a password');
    expect(await field('Account').inputValue()).toBe('alice');
    await field('New password').fill('correct horse battery');
    await button('Set it', dialog()).click();
    await row('alice').getByText('Set', { exact: true }).waitFor();
    await menu('Actions of alice', 'Lock the password');
    await row('alice').getByText('Locked').waitFor();
    await menu('Actions of alice', 'Change');
    await field('Full name').fill('Alice');
    await button('Save', dialog()).click();
    await row('alice').getByText('Alice', { exact: true }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await menu('Actions of alice', 'Delete');
    await dialog().getByLabel('Remove /home/alice, too').check();
    await confirm('alice', 'Delete');
    await row('alice').waitFor({ state: 'detached' });
    expect((await node.exec('web1', 'ls -d /home/alice')).code).not.toBe(0);
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

  describe('files', () => {
    const openFolder = async (path: string) =>
      await panel.go(page, `/ves/web1/files?${new URLSearchParams({ path }).toString()}`);
    const inside = async (command: string) => await node.inside('web1', command);
    const editor = () => page.getByRole('dialog');
    const content = (name: string) => page.getByLabel(`Content of ${name}`);

    test('are found by walking, back again, and down a link', async () => {
      await inside('mkdir -p /srv/site/img && echo hello > /srv/site/index.html && ln -s site /srv/live');
      await openFolder('/');
      await page.getByRole('link', { name: 'srv', exact: true }).click();
      await page.getByRole('link', { name: 'live → site' }).click();
      await row('index.html').waitFor();
      await page.getByRole('navigation', { name: 'Path' }).getByRole('link', { name: 'srv' }).click();
      await row('live → site').waitFor();
      await page.goBack();
      await row('index.html').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    test('are edited; what somebody else wrote meanwhile is not overwritten, and what was typed stays', async () => {
      await openFolder('/srv/site');
      await page.getByRole('button', { name: 'index.html', exact: true }).click();
      await content('index.html').fill('mine\n');
      await inside('echo theirs > /srv/site/index.html');
      await editor().getByRole('button', { name: 'Save' }).click();
      await page.getByText('Somebody has changed this file meanwhile').waitFor();
      expect(await content('index.html').inputValue()).toBe('mine\n');
      expect(await page.getByLabel('What is there now').inputValue()).toBe('theirs\n');
      expect(await inside('cat /srv/site/index.html')).toBe('theirs');
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Write mine over it' }).click();
      await eventually('it is written', async () => (await inside('cat /srv/site/index.html')) === 'mine');
      await content('index.html').fill('more\n');
      await page.keyboard.press('Escape');
      await page.getByText('Close without saving?').waitFor();
      await page.getByRole('button', { name: 'Do not save' }).click();
      await editor().first().waitFor({ state: 'hidden' });
    });

    test('keep their line ends; what is no text is not opened as text', async () => {
      await inside(`printf 'a\\r\\nb\\r\\n' > /srv/site/dos; printf '\\377\\000' > /srv/site/raw`);
      await openFolder('/srv/site');
      await page.getByRole('button', { name: 'dos', exact: true }).click();
      await content('dos').fill('a\nc\n');
      await editor().getByRole('button', { name: 'Save' }).click();
      await eventually('it is written', async () => (await inside('od -c /srv/site/dos')).includes('c'));
      expect(await inside('md5sum < /srv/site/dos')).toBe(await inside(`printf 'a\\r\\nc\\r\\n' | md5sum`));
      await editor().getByRole('button', { name: 'Close' }).last().click();
      await page.getByRole('button', { name: 'raw', exact: true }).click();
      await page.getByText('This is no text').waitFor();
      await editor().getByRole('button', { name: 'Close' }).last().click();
    });

    test('come from the browser and go to it; what is there is replaced only when somebody says so', async () => {
      await openFolder('/srv/site');
      await row('index.html').waitFor();
      const upload = async (words: string) =>
        await page
          .locator('input[type=file]')
          .setInputFiles({ name: 'up.bin', mimeType: '', buffer: Buffer.from(words) });
      await upload('first');
      await row('up.bin').waitFor();
      await upload('second');
      await page.getByText('There is a file of this name already').waitFor();
      expect(await inside('cat /srv/site/up.bin')).toBe('first');
      await page.getByRole('button', { name: 'Replace it' }).click();
      await eventually('it is replaced', async () => (await inside('cat /srv/site/up.bin')) === 'second');
      await page.getByRole('button', { name: 'Actions of up.bin' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Download' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('up.bin');
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString()).toBe('second');
    });

    test('are made folders of, renamed, given to others, and removed after a question', async () => {
      await openFolder('/srv/site');
      await page.getByRole('button', { name: 'New folder' }).click();
      await editor().getByLabel('Name').fill('made');
      await editor().getByRole('button', { name: 'Save' }).click();
      await row('made').waitFor();
      await menu('Actions of made', 'Rename');
      await editor().getByLabel('New name').fill('img');
      await editor().getByRole('button', { name: 'Save' }).click();
      await editor()
        .getByText(/in VE web1 already/)
        .waitFor();
      await editor().getByLabel('New name').fill('other');
      await editor().getByRole('button', { name: 'Save' }).click();
      await menu('Actions of other', 'Owner and permissions');
      await editor().getByLabel('Permissions', { exact: true }).first().fill('0700');
      await editor().getByLabel('Group: read').check();
      await editor().getByLabel('Owner', { exact: true }).fill('33');
      expect(await seriousViolations(page)).toEqual([]);
      await editor().getByRole('button', { name: 'Save' }).click();
      await row('other').getByText('33:0').waitFor();
      expect(await inside('stat -c "%a %u" /srv/site/other')).toBe('740 33');
      await menu('Actions of other', 'Remove');
      await editor().getByRole('button', { name: 'Remove' }).click();
      await row('other').waitFor({ state: 'hidden' });
    });

    test('with hostile names are shown for what they are, and can be handled', async () => {
      await inside(
        `mkdir -p /srv/evil && cd /srv/evil && touch "$(printf 'a\\nb')" "$(printf 'exe.\\342\\200\\256gpj')" '<img src=x onerror=window.hacked=1>' && mkdir "$(printf 'no\\377utf8')" && echo deep > "$(printf 'no\\377utf8/x')"`,
      );
      await openFolder('/srv/evil');
      for (const name of ['a⟨U+000A⟩b', 'exe.⟨U+202E⟩gpj', '<img src=x onerror=window.hacked=1>'])
        await page.getByRole('button', { name, exact: true }).waitFor();
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      await menu('Actions of a⟨U+000A⟩b', 'Remove');
      await editor().getByRole('button', { name: 'Remove' }).click();
      await row('a⟨U+000A⟩b').waitFor({ state: 'hidden' });
      await page.getByRole('link', { name: 'no\ufffdutf8' }).click();
      await page.getByRole('button', { name: 'x', exact: true }).click();
      expect(await content('x').inputValue()).toBe('deep\n');
      await content('x').fill('deeper\n');
      await editor().getByRole('button', { name: 'Save' }).click();
      await eventually('it is written', async () => (await inside('cat /srv/evil/no*/x')) === 'deeper');
      expect(await inside('ls /srv/evil | wc -l')).toBe('3');
    });

    test('by the thousand come as they are scrolled to', async () => {
      await inside('mkdir /srv/many && cd /srv/many && seq -w 2500 | xargs touch');
      await openFolder('/srv/many');
      await page.getByText('The first 1000 entries').waitFor();
      expect(await page.getByRole('row').count()).toBeLessThan(80);
      const scroll = `{ const box = document.querySelector('[role=table]'); box.scrollTop = box.scrollHeight; }`;
      await eventually('the last is there', async () => {
        await page.evaluate(scroll);
        return await row('2500').isVisible();
      });
    });
  });

  describe('logs', () => {
    const journal = () => page.getByRole('region', { name: 'Journal' });

    test('the journal is filtered by service and priority, and followed', async () => {
      await node.inside('web1', 'logger -t early -p user.err bad-news; logger -t early good-news');
      await panel.go(page, '/ves/web1/logs');
      await journal().getByText('good-news').waitFor();
      await page.getByRole('combobox', { name: 'Priority' }).click();
      await page.getByRole('option', { name: 'Errors and worse' }).click();
      await journal().getByText('good-news').waitFor({ state: 'hidden' });
      await journal().getByText('bad-news').waitFor();
      await node.inside('web1', "logger -t later -p user.err '<b>while-you-look</b>'");
      await journal().getByText('<b>while-you-look</b>').waitFor();
      await page.getByRole('combobox', { name: 'Priority' }).click();
      await page.getByRole('option', { name: 'Everything' }).click();
      await page.getByRole('combobox', { name: 'Service' }).fill('cron');
      await page.getByRole('option', { name: 'cron', exact: true }).click();
      await journal().getByText('cron', { exact: false }).first().waitFor();
      expect(await journal().getByText('bad-news').count()).toBe(0);
      expect(await seriousViolations(page)).toEqual([]);
    });

    test('the console log goes on while one looks', async () => {
      await page.getByRole('radiogroup').getByText('Console log').click();
      const log = page.getByRole('region', { name: 'Console log' });
      await log.getByText('login:', { exact: false }).waitFor();
      await node.inside('web1', 'printf "\\033[31mred-words\\033[0m\\n" > /dev/console');
      await log.getByText('red-words', { exact: false }).waitFor();
      expect(await log.textContent()).not.toContain('[31m');
    });
  });

  test('no browser complained of anything', () => {
    expect(panel.complaints).toEqual([]);
  });
});
