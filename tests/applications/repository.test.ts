import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attempt, run, useNode } from '../harness/index.ts';

const node = useNode({
  templates: ['debian-12'],
  onMachineNetwork: true,
  config: { network: { nat: false } },
});

/** A repository of one package on the node's loopback, which no VE reaches. */
let server: Server;
let dir: string;
const requests: string[] = [];
const hasGpg = existsSync('/usr/bin/gpg') && existsSync('/usr/bin/dpkg-scanpackages');

async function publish(version: string): Promise<void> {
  const tree = `${dir}/tree-${version}`;
  mkdirSync(`${tree}/DEBIAN`, { recursive: true });
  mkdirSync(`${tree}/usr/bin`, { recursive: true });
  const control = [
    'Package: shop',
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: x <x@example.org>',
    'Description: shop',
    '',
  ];
  writeFileSync(`${tree}/DEBIAN/control`, control.join('\n'));
  writeFileSync(`${tree}/usr/bin/shop`, `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  await run(['dpkg-deb', '--root-owner-group', '--build', tree, `${dir}/repo/shop_${version}_all.deb`]);
  const packages = await run([
    'sh',
    '-c',
    'cd "$1" && dpkg-scanpackages --multiversion . 2>/dev/null',
    'sh',
    `${dir}/repo`,
  ]);
  const index = `${dir}/repo/dists/stable/main/binary-amd64`;
  mkdirSync(index, { recursive: true });
  writeFileSync(`${index}/Packages`, packages);
  const hash = createHash('sha256').update(packages).digest('hex');
  const release = [
    'Origin: shop',
    'Suite: stable',
    'Codename: stable',
    'Architectures: amd64',
    'Components: main',
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'SHA256:',
    ` ${hash} ${Buffer.byteLength(packages)} main/binary-amd64/Packages`,
    '',
  ];
  writeFileSync(`${dir}/repo/dists/stable/Release`, release.join('\n'));
  await gpg(
    '--yes',
    '--clearsign',
    '--output',
    `${dir}/repo/dists/stable/InRelease`,
    `${dir}/repo/dists/stable/Release`,
  );
}

/** Through a file: the agent that gpg leaves running would hold a pipe open. */
async function gpg(...args: readonly string[]): Promise<string> {
  const argv = ['gpg', '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '', ...args];
  const script = 'out=$1; shift; "$@" >"$out" 2>&1 </dev/null';
  await run(['env', `GNUPGHOME=${dir}/gpg`, 'sh', '-c', script, 'sh', `${dir}/out`, ...argv]);
  return readFileSync(`${dir}/out`, 'utf8');
}

const definition = (key: string) => `name: shop
title: Shop
families:
  debian:
    packages: [shop]
    repositories:
      - name: shop
        uri: http://127.0.0.1:${(server.address() as AddressInfo).port}
        suite: stable
        components: [main]
        key: |
${key
  .trim()
  .split('\n')
  .map((line) => `          ${line}`)
  .join('\n')}
health: shop
`;

beforeAll(async () => {
  dir = `${node.paths.dir}/shop`;
  mkdirSync(`${dir}/gpg`, { recursive: true, mode: 0o700 });
  mkdirSync(`${dir}/repo`);
  server = createServer((request, response) => {
    const path = `${dir}/repo${decodeURIComponent(request.url ?? '')}`;
    requests.push(request.url ?? '');
    if (path.includes('..') || !existsSync(path) || !statSync(path).isFile()) response.writeHead(404).end();
    else createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  if (hasGpg) await gpg('--quick-generate-key', 'shop@example.org', 'ed25519', 'sign', 'never');
});

afterAll(async () => {
  server.close();
  await attempt(['env', `GNUPGHOME=${dir}/gpg`, 'gpgconf', '--kill', 'all']);
});

test.runIf(hasGpg)(
  'packages of a repository come signed by its key, once for all VEs, and in images, too',
  async () => {
    await publish('1.0');
    const key = await gpg('--armor', '--export', 'shop@example.org');
    mkdirSync(`${node.paths.templates}/applications`, { recursive: true });
    const file = `${node.paths.templates}/applications/shop.yaml`;
    writeFileSync(file, definition(key));
    for (const name of ['one', 'two']) await node.create({ name, template: 'debian-12', start: true });
    for (const name of ['one', 'two']) await node.wait(name);
    const added = await node.insula(['app', 'add', 'shop', 'one', 'two']);
    expect(added).toMatchObject({ code: 0 });
    for (const name of ['one', 'two']) expect(await node.inside(name, 'shop')).toBe('1.0');
    expect(requests.filter((url) => url.endsWith('.deb'))).toEqual(['/./shop_1.0_all.deb']);
    expect(
      await node.inside('one', 'cat /etc/apt/keyrings/shop.asc /etc/apt/sources.list.d/shop.sources'),
    ).toContain('Signed-By');

    expect(
      (await node.insula(['create', 'three', '--template', 'debian-12', '--app', 'shop', '--start'])).code,
    ).toBe(0);
    await node.wait('three');
    expect(await node.inside('three', 'shop; test -e /etc/apt/keyrings/shop.asc')).toBe('1.0');
    await node.destroyAll();
    await node.api.perform('DELETE', '/v1/templates/debian-12.with.shop');

    // a list that another key has signed is not believed
    await gpg('--quick-generate-key', 'thief@example.org', 'ed25519', 'sign', 'never');
    writeFileSync(file, definition(await gpg('--armor', '--export', 'thief@example.org')));
    await node.create({ name: 'four', template: 'debian-12', start: true });
    await node.wait('four');
    const { error } = await node.api.attempt('POST', '/v1/ves/four/applications/shop', {});
    expect(error?.detail).toMatch(/NO_PUBKEY|not signed|signatures/);
    await node.destroyAll();
    expect(readFileSync(file, 'utf8')).toContain('shop');
  },
  300_000,
);
