import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Problem, VeStatus } from '@insula/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, run, useNode } from '../harness/index.ts';
import { Browser } from './browser.ts';

/* Roots of VEs at the API, by the password that they have inside; some of the VEs are hostile. */

const port = await freePort();
const node = useNode({
  templates: ['busybox'],
  onMachineNetwork: true,
  config: { api: { address: '127.0.0.1', port }, network: { nat: false } },
});
const password = 'what nobody else knows';
/** Where a hostile VE would lead the node to: a file of the host with a password that it knows. */
const bait = mkdtempSync(`${tmpdir()}/insula-bait-`);
let line = '';

/** Each comes from another address: failures of one slow no other down. */
let places = 1;
const newBrowser = () => {
  places += 1;
  return new Browser({
    origin: `https://localhost:${port}`,
    from: `127.0.0.${places}`,
    ca: readFileSync(`${node.paths.state}/tls/authority.pem`, 'utf8'),
  });
};
const logIn = async (user: string, given = password) => {
  const browser = newBrowser();
  const { status } = await browser.logIn({ user, password: given, realm: 've' });
  return { browser, status };
};
const inside = async (ve: string, script: string, input = '') => {
  const { code, stderr } = await node.cli.run(['exec', ve, '--', 'sh', '-c', script], { input });
  expect(code, stderr).toBe(0);
};

beforeAll(async () => {
  const hash = (await run(['openssl', 'passwd', '-6', password])).trim();
  line = `root:${hash}:19000:0:99999:7:::\n`;
  writeFileSync(`${bait}/shadow`, line);
  for (const name of ['own', 'hostile']) await node.create({ name, template: 'busybox', start: true });
  await inside('own', 'cat > /etc/shadow', line);
});
afterAll(() => rmSync(bait, { recursive: true, force: true }));

test('nobody logs in with the password of a VE until a policy says so', async () => {
  expect((await logIn('own')).status).toBe(401);
  const { code, stderr } = await node.cli.run(['policy', 'set', 'everything', '--owner-login']);
  expect(code, stderr).toBe(0);
  expect((await logIn('own', 'another one')).status).toBe(401);
  expect((await logIn('own')).status).toBe(200);
});

test('the root of a VE stops it, logs in while it is stopped, and starts it again', async () => {
  const first = await logIn('own');
  const stop = await first.browser.ask('/v1/ves/own/stop', { method: 'POST' });
  expect(stop.status, stop.body).toBe(202);
  await node.api.ended((JSON.parse(stop.body) as { readonly id: string }).id);
  const { browser, status } = await logIn('own');
  expect(status).toBe(200);
  const start = await browser.ask('/v1/ves/own/start', { method: 'POST' });
  await node.api.ended((JSON.parse(start.body) as { readonly id: string }).id);
  expect(JSON.parse((await browser.ask('/v1/ves/own/status')).body) as VeStatus).toMatchObject({
    state: 'running',
  });
  expect(await browser.ask('/v1/ves/hostile')).toMatchObject({ status: 404 });
});

test('the password of a VE is set from outside, by its owner too, in one that runs or is mounted', async () => {
  const { browser } = await logIn('own');
  const set = async (body: object, ve = 'own') => {
    const answer = await browser.ask(`/v1/ves/${ve}/password`, { method: 'PUT', body });
    return { status: answer.status, code: (JSON.parse(answer.body) as Partial<Problem> | null)?.code };
  };
  const other = 'something else entirely';
  expect(await set({ password: other })).toMatchObject({ status: 200 });
  expect((await logIn('own')).status).toBe(401);
  expect((await logIn('own', other)).status).toBe(200);
  expect(await set({ password: 'short' })).toMatchObject({ code: 'weak_password' });
  expect(await set({ password: other, account: 'nobody.here' })).toMatchObject({ code: 'entry_not_found' });
  expect(await set({ password: other }, 'hostile')).toMatchObject({ status: 404 });
  await node.act('stop', 'own');
  expect(await set({ password })).toMatchObject({ code: 'wrong_state' });
  await node.act('mount', 'own');
  const { code, stderr } = await node.cli.run(['password', 'own'], {
    input: `${password}\n`,
  });
  expect(code, stderr).toBe(0);
  await node.act('unmount', 'own');
  await node.act('start', 'own');
  expect((await logIn('own')).status).toBe(200);
});

test('a policy takes functions away from the owner, and bounds how many snapshots there are', async () => {
  const { browser } = await logIn('own');
  const codeOf = async (path: string) =>
    (JSON.parse((await browser.ask(path, { method: 'POST' })).body) as Partial<Problem>).code;
  await node.cli.run(['policy', 'set', 've:own', '--withheld', 've.kill', '--snapshots', '1']);
  expect(await codeOf('/v1/ves/own/kill?dryRun=true')).toBe('withheld');
  const { body } = await browser.ask('/v1/ves/own/snapshots', { method: 'POST', body: { name: 'first' } });
  await node.api.ended((JSON.parse(body) as { readonly id: string }).id);
  expect(await codeOf('/v1/ves/own/snapshots?dryRun=true')).toBe('too_many_snapshots');
  await node.cli.run(['policy', 'delete', 've:own']);
  expect(await codeOf('/v1/ves/own/kill?dryRun=true')).toBeUndefined();
});

describe('a hostile VE', () => {
  test('has a password as any other while its shadow file is one', async () => {
    await inside('hostile', 'rm -rf /etc/shadow; cat > /etc/shadow', line);
    expect((await logIn('hostile')).status).toBe(200);
  });

  test.each([
    ['a link to a file of the node', () => `ln -s ${bait}/shadow /etc/shadow`],
    ['a link that climbs', () => `ln -s ../../../../../../../../..${bait}/shadow /etc/shadow`],
    ['a link through /proc', () => 'ln -s /proc/1/root/etc/shadow /etc/shadow'],
    ['a pipe that nobody writes to', () => 'mkfifo /etc/shadow'],
    ['a directory', () => 'mkdir /etc/shadow'],
    ['a file without end', () => 'truncate -s 4294967296 /etc/shadow'],
    ['costs that take hours', () => "echo 'root:$6$rounds=999999999$salt$aaaa:19000::::::' > /etc/shadow"],
    ['a link in the place of /etc', () => `mv /etc /etc.old && ln -s ${bait} /etc`],
  ])('with %s as its shadow file lets nobody in, and holds up nobody', async (_what, script) => {
    await inside('hostile', `rm -rf /etc/shadow; ${script()}`);
    const [{ status }] = await Promise.all([logIn('hostile'), node.api.get('/v1/ves')]);
    expect(status).toBe(401);
    expect((await logIn('own')).status).toBe(200);
    const set = await node.api.call('PUT', '/v1/ves/hostile/password', { password });
    // where it leads nowhere, or to no file, nothing is written; a file of its own it may have
    expect([200, 400, 404, 409]).toContain(set.status);
    expect(readFileSync(`${bait}/shadow`, 'utf8')).toBe(line);
  });
});
