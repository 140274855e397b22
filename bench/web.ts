import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { VeSpec } from '@insula/contract';
import { chromium, type Page } from 'playwright-core';
import { serverKey } from '../tests/web/server-key.ts';
import { BenchNode } from './bench-node.ts';
import { printSeries, round, Series } from './measure.ts';

/** The list of VEs in a real browser: from the address to rows that can be used, with few VEs and with many; a filter; scrolling. */
const total = Number(process.argv[2] ?? 2000);
const runs = Number(process.argv[3] ?? 10);
const few = 20;
const apiPort = 14_719;
const password = 'correct horse battery';
const node = new BenchNode({ apiPort, idRanges: total + 100 });

await node.start();
await listening();
const trusted = `--ignore-certificate-errors-spki-list=${await serverKey(apiPort)}`;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', trusted],
});
try {
  await node.call('POST', '/v1/users', { name: 'admin', password });
  await node.call('POST', '/v1/grants', {
    subject: 'user:admin',
    role: 'administrator',
    scope: 'everything',
  });
  const { uuid: first } = await node.create('first', 'busybox', true);
  const small = new Series(`${few} VEs: page → list`);
  const large = new Series(`${total} VEs: page → list`);
  const filter = new Series(`${total} VEs: a filter`);

  await addVes(first, few);
  const page = await logIn();
  for (let run = 0; run < runs; run += 1) await small.time(async () => await openList(page, few));
  await addVes(first, total);
  for (let run = 0; run < runs; run += 1) await large.time(async () => await openList(page, total));
  for (let run = 0; run < runs; run += 1) {
    await filter.time(async () => {
      await page.getByLabel('Filter').fill(`ve-${total - 1 - run}`);
      await page.getByText(`1 of ${total} VEs`).waitFor();
    });
    await page.getByLabel('Filter').fill('');
    await page.getByText(`${total} VEs`, { exact: true }).waitFor();
  }
  printSeries('the list of VEs in Chromium', [small, large, filter]);
  const frames = await scroll(page);
  console.log(`scrolling through ${total} rows: ${frames.length} frames, median ${median(frames)} ms`);
  console.log(`the longest ${round(Math.max(...frames))} ms; a screen shows one each 16.7 ms at best`);
} finally {
  await browser.close();
  await node.remove();
}

/** VEs that lie in the pool like any other, beside one that was made; the daemon finds them when it starts. */
async function addVes(like: string, wanted: number): Promise<void> {
  const area = (uuid: string) => `${node.dir}/pool/private/${uuid}`;
  const spec = JSON.parse(readFileSync(`${area(like)}/ve.json`, 'utf8')) as VeSpec;
  const present = (await node.get<readonly unknown[]>('/v1/ves')).length;
  for (let number = present; number < wanted; number += 1) {
    const uuid = randomUUID();
    mkdirSync(`${area(uuid)}/fs/upper`, { recursive: true });
    const own = {
      uuid,
      ctid: 200 + number,
      name: `ve-${number}`,
      addresses: [`10.119.${4 + Math.floor(number / 250)}.${1 + (number % 250)}`],
      idBase: spec.idBase + (number + 30) * 65_536,
    };
    writeFileSync(`${area(uuid)}/ve.json`, JSON.stringify({ ...spec, ...own }));
  }
  await node.restart();
  await listening();
}

/** The daemon answers on its socket a moment before it does so over TLS. */
async function listening(): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const socket = connect(apiPort, '127.0.0.1');
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the API does not listen');
}

async function logIn(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`https://localhost:${apiPort}/`);
  await page.getByRole('textbox', { name: 'User name' }).fill('admin');
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}

async function openList(page: Page, count: number): Promise<void> {
  await page.goto(`https://localhost:${apiPort}/ves`);
  await page.getByText(`${count} VEs`, { exact: true }).waitFor();
  await page.getByLabel('Select first').check();
}

/** Milliseconds between frames while the list goes by, a screen's worth in about a third of a second. */
async function scroll(page: Page): Promise<readonly number[]> {
  return await page.evaluate<number[]>(`new Promise((resolve) => {
    const table = document.querySelector('[role=table]');
    const frames = [];
    let before;
    const step = (now) => {
      if (before !== undefined) frames.push(now - before);
      before = now;
      table.scrollTop += 40;
      if (frames.length >= 300) resolve(frames);
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`);
}

function median(values: readonly number[]): number {
  return round([...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0);
}
