import type { VeAccount } from '@insula/contract';
import { beforeAll, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });

beforeAll(async () => {
  await node.create({ name: 'a1', template: 'debian-12', start: true });
  await node.create({ name: 'b1', template: 'busybox', start: true });
  for (const ve of ['a1', 'b1']) await node.wait(ve);
});

const list = async (ve: string) => await node.api.get<readonly VeAccount[]>(`/v1/ves/${ve}/accounts`);
const one = async (name: string) => (await list('a1')).find((account) => account.name === name);
const call = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
  await node.api.call(method, `/v1/ves/a1/accounts${path}`, body);
/** Whether the password is the one that is kept: `su` asks root for none, and others for theirs. */
const letsIn = async (account: string, password: string) =>
  (await node.exec('a1', `runuser -u nobody -- sh -c 'echo "${password}" | su -c true ${account}'`)).code ===
  0;

test('the accounts of a VE are told, people apart from services', async () => {
  expect(await one('root')).toMatchObject({ kind: 'root', uid: 0, home: '/root', shell: '/bin/bash' });
  expect(await one('www-data')).toMatchObject({ kind: 'service', password: 'locked' });
  expect((await list('b1')).map(({ name }) => name)).toContain('root');
});

test('an account is made with a password and groups, changed, locked and removed with its home', async () => {
  const made = await call('POST', '', {
    name: 'alice',
    fullName: 'Alice $(touch /alice); "A"',
    groups: ['sudo', 'www-data'],
    password: 'correct horse battery',
  });
  expect(made).toMatchObject({
    status: 200,
    body: {
      name: 'alice',
      kind: 'person',
      groups: ['sudo', 'www-data'],
      password: 'set',
      shell: '/bin/bash',
    },
  });
  expect(await node.inside('a1', 'ls -A /home/alice; ls /alice 2>&1; getent passwd alice')).toContain(
    'Alice $(touch /alice); "A":/home/alice',
  );
  expect(await letsIn('alice', 'correct horse battery')).toBe(true);
  expect((await call('PATCH', '/alice', { locked: true, groups: ['adm'] })).body).toMatchObject({
    groups: ['adm'],
    password: 'locked',
  });
  expect(await letsIn('alice', 'correct horse battery')).toBe(false);
  expect(
    (await call('PATCH', '/alice', { locked: false, shell: '/bin/sh', fullName: '' })).body,
  ).toMatchObject({
    groups: ['adm'],
    password: 'set',
    shell: '/bin/sh',
    fullName: '',
  });
  expect(await letsIn('alice', 'correct horse battery')).toBe(true);
  // what a login leaves running for a moment
  await node.inside('a1', 'while pgrep -u alice; do sleep 0.2; done');
  expect(await call('DELETE', '/alice?home=true')).toMatchObject({ status: 200 });
  expect(await one('alice')).toBeUndefined();
  expect((await node.exec('a1', 'ls /home/alice')).code).not.toBe(0);
});

test('what a VE refuses is told in its words, and nothing of it is left', async () => {
  const refused = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
    (await call(method, path, body)).body as { readonly code: string; readonly detail: string };
  const before = await list('a1');
  expect(await refused('POST', '', { name: 'root' })).toMatchObject({ code: 'entry_exists' });
  const group = await refused('POST', '', { name: 'bob', groups: ['nowhere'] });
  expect(group).toMatchObject({ code: 'account_refused' });
  expect(group.detail).toContain("group 'nowhere' does not exist");
  expect(await refused('POST', '', { name: 'bob', password: 'bob' })).toMatchObject({
    code: 'weak_password',
  });
  for (const name of ['-f', 'a:b', 'a b', 'a/b', '', 'a\n', 'x'.repeat(33)])
    expect(await refused('POST', '', { name })).toMatchObject({ code: 'invalid_input' });
  for (const fullName of ['a:b', 'a\nb', 'a,b'])
    expect(await refused('POST', '', { name: 'bob', fullName })).toMatchObject({ code: 'invalid_input' });
  expect(await refused('PATCH', '/nobody-here', { locked: true })).toMatchObject({ code: 'entry_not_found' });
  expect(await refused('DELETE', '/root')).toMatchObject({ code: 'account_refused' });
  expect(await list('a1')).toEqual(before);
});

test('an account whose processes run stays', async () => {
  await call('POST', '', { name: 'busy' });
  await node.inside('a1', '(setsid runuser -u busy -- sleep 300 </dev/null >/dev/null 2>&1 &)');
  await node.inside('a1', 'until pgrep -u busy sleep; do sleep 0.1; done');
  const refused = await call('DELETE', '/busy');
  expect(refused.body).toMatchObject({ code: 'account_refused' });
  expect(JSON.stringify(refused.body)).toContain('currently used by process');
  await node.inside('a1', 'pkill -u busy');
  await node.inside('a1', 'while pgrep -u busy; do sleep 0.1; done');
  expect(await node.insula(['account', 'delete', 'a1', 'busy', '--home'])).toMatchObject({ code: 0 });
});

test('a VE without tools for accounts is told so', async () => {
  expect(await node.api.refused('POST', '/v1/ves/b1/accounts', { name: 'carol' })).toMatchObject({
    code: 'no_account_tools',
  });
  expect((await list('b1')).map(({ name }) => name)).not.toContain('carol');
});

test('accounts are made and removed on the command line', async () => {
  const made = await node.insula(['account', 'create', 'a1', 'carol', '--full-name', 'Carol', '--json']);
  expect(made).toMatchObject({ code: 0 });
  expect(await one('carol')).toMatchObject({ fullName: 'Carol', password: 'locked' });
  expect(await node.insula(['account', 'delete', 'a1', 'carol', '--home'])).toMatchObject({ code: 0 });
  expect(await one('carol')).toBeUndefined();
});

test('accounts are listed on the command line, also of a VE that is only mounted', async () => {
  await node.act('stop', 'a1');
  await node.act('mount', 'a1');
  const { code, stdout } = await node.insula(['account', 'list', 'a1']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^root +0 +root +root/m);
  expect(await node.api.refused('POST', '/v1/ves/a1/accounts', { name: 'dora' })).toMatchObject({
    code: 'wrong_state',
  });
  await node.act('unmount', 'a1');
});
