import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alert, AlertChange, AlertReceiverAdded, AlertRule } from '@insula/contract';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startNode, type TestNode } from '../harness/index.ts';

const mebibyte = 2 ** 20;
let node: TestNode;

/** E-mail as it arrived. */
const letters: string[] = [];
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    let text = '';
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    stream.on('end', () => {
      letters.push(text);
      done();
    });
  },
});

/** What was posted; the service is out of order at first. */
const posts: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
let isOutOfOrder = true;
const service = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes: Buffer) => {
    body += bytes.toString();
  });
  request.on('end', () => {
    posts.push({ headers: request.headers, body });
    response.writeHead(isOutOfOrder ? 503 : 200).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', () => resolve()));
  const { port } = mailServer.server.address() as AddressInfo;
  node = await startNode({
    templates: ['busybox'],
    // the servers listen on loopback of the machine
    onMachineNetwork: true,
    config: {
      monitoring: { intervalSeconds: 1 },
      mail: { host: '127.0.0.1', port, security: 'none', from: 'insula@example.org' },
      link: { address: '127.0.0.1', port: 0 },
    },
  });
  await node.create({
    name: 'a1',
    template: 'busybox',
    groups: ['shop'],
    parameters: { physpages: 64 * mebibyte },
    start: true,
  });
  await node.wait('a1');
});
afterAll(async () => {
  await node.destroyAll();
  expect(await node.leftovers()).toEqual([]);
  await node.dispose();
  service.closeAllConnections();
  service.close();
  await new Promise<void>((resolve) => mailServer.close(resolve));
});

const alerts = async () => await node.api.get<readonly Alert[]>('/v1/alerts');
const decoded = (letter: string) => letter.replaceAll(/=\r\n/g, '');

test('an alert is on the event stream, in an e-mail and in a signed message, which is tried again', async () => {
  const { port } = service.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/hook`;
  await node.insula(['alert-receiver', 'add', 'ops', '--kind', 'email', '--address', 'ops@example.org']);
  const added = await node.insula([
    'alert-receiver',
    'add',
    'chat',
    '--kind',
    'webhook',
    '--address',
    url,
    '--json',
  ]);
  const { secret } = JSON.parse(added.stdout) as AlertReceiverAdded;
  const events = await node.events();
  await node.exec('a1', `head -c ${200 * mebibyte} /dev/zero | tail -c ${200 * mebibyte} | wc -c`);
  const event = await events.first((one) => one.kind === 'alert');
  expect(event).toMatchObject({ name: 'a1', alert: { level: 'black', ruleName: 'memory of a VE' } });
  events.close();
  await eventually('an e-mail arrives', () => letters.length > 0);
  expect(letters[0]).toContain('To: ops@example.org');
  expect(decoded(letters[0] ?? '')).toContain('BLACK: VE a1, memory of a VE');
  await eventually('the service was asked', () => posts.length > 0);
  // what waits is delivered by the next daemon, too
  await node.kill9();
  await node.start();
  isOutOfOrder = false;
  await eventually('the service was asked again', () => posts.length > 1);
  const { headers, body } = posts.at(-1) ?? { headers: {}, body: '' };
  const [, seconds, hex] =
    /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(headers['insula-signature'])) ?? ([] as string[]);
  expect(hex).toBe(createHmac('sha256', String(secret)).update(`${seconds}.${body}`).digest('hex'));
  expect(JSON.parse(body)).toMatchObject({ alert: { level: 'black', name: 'a1' } });
  expect(posts[0]?.headers['insula-delivery']).toBe(headers['insula-delivery']);
  expect((await node.insula(['alert-receiver', 'list'])).stdout).not.toContain(String(secret));
});

test('a rule about a group turns yellow and red by its thresholds, and green again', async () => {
  const add = ['alert-rule', 'add', 'busy', '--metric', 'cpu', '--ves', 'group:shop', '--seconds', '1'];
  expect((await node.insula([...add, '--yellow', '0.05', '--red', '0.25'])).code).toBe(0);
  const rules = await node.api.get<readonly AlertRule[]>('/v1/alerts/rules');
  const rule = rules.find(({ name }) => name === 'busy');
  const levelOf = async () => (await alerts()).find(({ ruleName }) => ruleName === 'busy')?.level ?? 'green';
  const busy = await node.openExec('a1', { command: ['sh', '-c', 'while :; do :; done'] });
  await eventually('it is red', async () => (await levelOf()) === 'red');
  await node.insula(['set', 'a1', '--cpulimit', '15%']);
  await eventually('it is yellow', async () => (await levelOf()) === 'yellow');
  const muted = await node.insula(['alert', 'mute', '--rule', String(rule?.id), '--minutes', '10']);
  expect(muted.code).toBe(0);
  const told = posts.length;
  busy.control({ kind: 'signal', signal: 9 });
  await busy.exit();
  await eventually('it is green', async () => (await levelOf()) === 'green');
  const changes = await node.api.get<readonly AlertChange[]>('/v1/alerts/history?ve=a1');
  const levels = changes.filter(({ ruleName }) => ruleName === 'busy').map(({ level }) => level);
  expect(levels[0]).toBe('green');
  expect(levels).toContain('red');
  expect(changes.find(({ ruleName }) => ruleName === 'busy')?.muted).toBe(true);
  expect(posts.slice(told).every(({ body }) => !body.includes('"busy"'))).toBe(true);
});

test('rules and receivers that could not work are refused', async () => {
  const refused = async (path: string, body: object) =>
    (await node.api.refused('POST', `/v1/alerts/${path}`, body)).code;
  expect(await refused('rules', { name: 'x', metric: 'cpu' })).toBe('invalid_input');
  expect(await refused('rules', { name: 'x', metric: 'load', red: 1 })).toBe('invalid_input');
  expect(await refused('rules', { name: 'x', metric: 'cpu', red: 1, ves: ['nobody'] })).toBe('ve_not_found');
  const receiver = { name: 'r', kind: 'webhook' };
  expect(await refused('receivers', { ...receiver, address: 'file:///etc/passwd' })).toBe('invalid_input');
  expect(await refused('receivers', { ...receiver, kind: 'email', address: 'a@b,c@d' })).toBe(
    'invalid_input',
  );
  expect(await refused('receivers', { ...receiver, name: 'ops', address: 'https://x.example' })).toBe(
    'name_taken',
  );
  expect((await node.api.refused('DELETE', '/v1/alerts/rules/999')).code).toBe('alert_rule_not_found');
});
