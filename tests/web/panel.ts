import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { Secret, TOTP } from 'otpauth';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { eventually, type NodeOptions, patient, type TestNode } from '../harness/index.ts';
import { serverKey } from './server-key.ts';

const executablePath = '/usr/bin/chromium';

/** Whether there is a browser to test with. */
export const hasBrowser = existsSync(executablePath);

export const password = 'correct horse battery';

/** What was wrong with a page for those who cannot see it, or not well. */
interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** The panel of a node in a real browser. Each person has a browser of its own, with its own session. */
export class Panel {
  readonly #origin: string;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  /** What browsers complained of, but for what the tests themselves caused. */
  readonly complaints: string[] = [];

  private constructor(origin: string, browser: Browser) {
    this.#origin = origin;
    this.#browser = browser;
  }

  static async open(port: number): Promise<Panel> {
    const trusted = `--ignore-certificate-errors-spki-list=${await serverKey(port)}`;
    // root starts it, which its own sandbox refuses
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', trusted] });
    return new Panel(`https://localhost:${port}`, browser);
  }

  /** A new browser at the login. */
  async visit({ width = 1366, height = 820, path = '/' } = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width, height } });
    context.setDefaultTimeout(patient(15_000));
    this.#contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // the browser tells of every answer that is no success; which are expected is for the tests to say
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
    await page.goto(this.#origin + path);
    return page;
  }

  async logIn(user: string, options: Parameters<Panel['visit']>[0] = {}): Promise<Page> {
    const page = await this.visit(options);
    await fillLogin(page, user, password);
    await page.getByRole('button', { name: `Account of ${user}` }).waitFor();
    return page;
  }

  async go(page: Page, path: string): Promise<void> {
    await page.goto(this.#origin + path);
  }

  /** Keeps what a page looks like, where INSULA_TEST_SCREENSHOTS names a folder to look at afterwards. */
  async shoot(page: Page, name: string): Promise<void> {
    const folder = process.env['INSULA_TEST_SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
  }

  async close(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.#browser.close();
  }
}

export async function fillLogin(page: Page, user: string, secret: string, asks = 'User name'): Promise<void> {
  await page.getByRole('textbox', { name: asks }).fill(user);
  await page.getByRole('textbox', { name: 'Password' }).fill(secret);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

/** Users with a role on everything, and one that owns a VE. */
export async function makeUsers(node: TestNode, owned: string): Promise<void> {
  for (const [name, role, scope] of [
    ['admin', 'administrator', 'everything'],
    ['mona', 'monitor', 'everything'],
    ['olga', 've-owner', `ve:${owned}`],
  ] as const) {
    await node.api.call('POST', '/v1/users', { name, password });
    await node.api.call('POST', '/v1/grants', { subject: `user:${name}`, role, scope });
  }
}

/** The settings of a node that serves the panel at a port of this machine. */
export const panelNode = (port: number, templates: NodeOptions['templates'] = ['busybox']): NodeOptions => ({
  templates,
  onMachineNetwork: true,
  config: { api: { address: '127.0.0.1', port, redirectPort: 0 }, network: { nat: false } },
});

/** Waits until nothing is to be fetched any more. */
export async function settled(page: Page): Promise<void> {
  await eventually('all of it is there', async () => {
    return (await page.locator('.mantine-Skeleton-root').count()) === 0;
  });
}

/** How many pixels a page is too wide. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** The code that an app shows for a secret now. */
export function codeOf(secret: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate();
}

/** What axe finds serious or critical on a page, as lines to read. */
export async function seriousViolations(page: Page): Promise<readonly string[]> {
  // evaluated by the debugger, which the policy of the page does not bind
  await page.evaluate(axe.source);
  const violations = await page.evaluate<readonly Violation[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    );
}
