import { readFileSync } from 'node:fs';
import type { GuestQuota, Problem } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { freePort, useNode } from '../harness/index.ts';
import { hasQuotas } from './quota-pool.ts';

const port = await freePort();
const node = useNode({
  templates: ['busybox', 'debian-12'],
  config: {
    imageQuotas: true,
    api: { address: '0.0.0.0', port, names: ['node.example'] },
    network: { apiPorts: [port] },
  },
});
const mebibyte = 1_048_576;
const parameters = { diskspace: 128 * mebibyte };
const list = async (ve: string) => await node.api.get<readonly GuestQuota[]>(`/v1/ves/${ve}/quotas`);
const ann = { kind: 'user', name: 'ann', id: 1000 } as const;

/** Quotas need a kernel with their format; where there is none the refusal is what is tested. */
describe.skipIf(!hasQuotas('ext4'))('users of a VE in layout image', () => {
  test('are counted and limited by the node, for good', async () => {
    await node.create({ name: 'shared', template: 'busybox', layout: 'image', parameters, start: true });
    await node.inside(
      'shared',
      "echo 'ann:x:1000:1000::/home/ann:/bin/sh' >> /etc/passwd; echo 'ann:x:1000:' >> /etc/group; mkdir -p /home/ann; chown 1000:1000 /home/ann",
    );
    const write = async (mebibytes: number, name: string, user = '1000') =>
      await node.exec(
        'shared',
        ['dd', 'if=/dev/zero', `of=/home/ann/${name}`, 'bs=1M', `count=${mebibytes}`],
        {
          user,
        },
      );
    expect(await write(5, 'first')).toMatchObject({ code: 0 });
    await node.inside('shared', 'sync');
    expect(await list('shared')).toContainEqual({
      ...ann,
      usedBytes: expect.any(Number),
      usedInodes: 2,
      bytes: null,
      softBytes: null,
      inodes: null,
      softInodes: null,
    });
    const told = await node.insula([
      'quota',
      'set',
      'shared',
      'user',
      'ann',
      '--bytes',
      String(20 * mebibyte),
    ]);
    expect(told).toMatchObject({ code: 0 });
    const { code, stderr } = await write(30, 'second');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/quota exceeded/i);
    // everybody else goes on
    expect(await write(30, 'of-root', '0')).toMatchObject({ code: 0 });
    await node.act('restart', 'shared');
    expect((await list('shared')).find(({ name }) => name === 'ann')).toMatchObject({ bytes: 20 * mebibyte });
    expect((await write(30, 'third')).code).not.toBe(0);
    await node.api.call('PATCH', '/v1/ves/shared/quotas', {
      kind: 'user',
      who: '1000',
      bytes: null,
      inodes: 4,
    });
    await node.inside('shared', 'rm /home/ann/second /home/ann/third');
    expect(await write(30, 'third')).toMatchObject({ code: 0 });
    const many = await node.exec('shared', 'for i in 1 2 3 4 5 6; do : > /home/ann/$i || exit 1; done', {
      user: '1000',
    });
    expect(many.code).not.toBe(0);
    expect(
      await node.api.refused('PATCH', '/v1/ves/shared/quotas', {
        kind: 'user',
        who: 'nobody-here',
        bytes: 1,
      }),
    ).toMatchObject({ code: 'user_not_found' });
    await node.destroy('shared');
  });
});

test('a VE that shares its file system, or whose kernel keeps no quotas, says so', async () => {
  await node.create({ name: 'plain', template: 'busybox', layout: 'plain', start: true });
  const refusal = await node.api.refused('GET', '/v1/ves/plain/quotas');
  expect(refusal).toMatchObject({ code: 'no_quotas' });
  expect(refusal.detail).toContain('shares its file system');
  await node.create({ name: 'image', template: 'busybox', layout: 'image', parameters });
  expect((await node.api.refused('GET', '/v1/ves/image/quotas')).detail).toContain('not open');
  if (!hasQuotas('ext4')) {
    await node.act('start', 'image');
    expect((await node.api.refused('GET', '/v1/ves/image/quotas')).detail).toContain('kernel');
  }
  for (const ve of ['plain', 'image']) await node.destroy(ve);
});

test('the root of a VE lists and limits quotas from inside, by the API and its own password, and nothing else', async () => {
  const password = 'what nobody else knows';
  await node.create({
    name: 'own',
    template: 'debian-12',
    layout: 'image',
    parameters: { diskspace: 256 * mebibyte },
    start: true,
  });
  await node.wait('own');
  await node.inside('own', 'useradd --uid 1000 --create-home ann');
  for (const [method, path, body] of [
    ['PUT', '/v1/ves/own/password', { password }],
    ['PATCH', '/v1/policies/ve:own', { ownerLogin: true }],
  ] as const)
    expect(await node.api.call(method, path, body)).toMatchObject({ status: 200 });
  const authority = readFileSync(`${node.paths.state}/tls/authority.pem`, 'utf8');
  const place = `--cacert /root/node.pem --resolve node.example:${port}:${node.config.network.gateway}`;
  const headers = "-H 'Insula-Request: 1' -H 'Content-Type: application/json'";
  const ask = async (words: string, path: string) => {
    const url = `https://node.example:${port}/v1/${path}`;
    return await node.exec(
      'own',
      `curl -sS --max-time 20 ${place} ${headers} -c /root/jar -b /root/jar ${words} ${url}`,
    );
  };
  const login = `-d '${JSON.stringify({ user: 'own', password, realm: 've' })}'`;
  await node.inside('own', `cat > /root/node.pem <<'END'\n${authority}\nEND`);
  // walled off from the API until it is let
  expect((await ask(login, 'sessions')).code).not.toBe(0);
  await node.api.perform('PATCH', '/v1/ves/own', { apiAccess: true });
  expect((await ask(login, 'sessions')).stdout).toContain('"user"');
  const answer = async (words: string, path: string) =>
    JSON.parse((await ask(words, path)).stdout) as Partial<Problem & GuestQuota>;
  const limit = JSON.stringify({ kind: 'user', who: 'ann', bytes: 20 * mebibyte });
  const set = await answer(`-X PATCH -d '${limit}'`, 'ves/own/quotas');
  if (hasQuotas('ext4')) {
    expect(set).toMatchObject({ ...ann, bytes: 20 * mebibyte });
    const listed = JSON.parse((await ask('', 'ves/own/quotas')).stdout) as readonly GuestQuota[];
    expect(listed).toContainEqual(expect.objectContaining({ ...ann, bytes: 20 * mebibyte }));
    const filling = ['dd', 'if=/dev/zero', 'of=/home/ann/much', 'bs=1M', 'count=30'];
    expect((await node.exec('own', filling, { user: '1000' })).stderr).toMatch(/quota exceeded/i);
  } else expect(set).toMatchObject({ code: 'no_quotas' });
  const more = JSON.stringify({ parameters: { diskspace: 'unlimited' } });
  expect(await answer(`-X PATCH -d '${more}'`, 'ves/own')).toMatchObject({ code: 'forbidden' });
  await node.api.call('PATCH', '/v1/policies/ve:own', { withheld: ['ve.quota'] });
  expect(await answer(`-X PATCH -d '${limit}'`, 'ves/own/quotas')).toMatchObject({ code: 'withheld' });
  await node.destroy('own');
});
