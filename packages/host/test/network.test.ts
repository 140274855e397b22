import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createLinuxHost } from '../src/index.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const host = createLinuxHost({ runcRoot: '/nonexistent' });
const { links, nftables, sysctls } = host;
const { cleanUp } = temporaryDirectories();
const prefix = `it${process.pid % 100_000}`;

/** A process in a network namespace of its own; everything in it goes with it. */
const startNamespace = async (): Promise<number> => {
  const holder = spawn('unshare', ['--net', '--', 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  cleanUp(async () => {
    holder.kill('SIGKILL');
    await once(holder, 'close');
  });
  holder.stdin.write('\n');
  await once(holder.stdout, 'data');
  return holder.pid ?? 0;
};

test('devices, addresses and routes are made by one batch, outside and inside a namespace', async () => {
  const pid = await startNamespace();
  const [outer, inner] = [`${prefix}o`, `${prefix}i`];
  cleanUp(async () => {
    if (await links.linkExists(outer)) await links.batch([`link delete ${outer}`]);
  });
  await links.batch([
    `link add ${outer} type veth peer name ${inner} netns ${pid}`,
    `link set ${outer} up`,
    `route add 198.51.100.7/32 dev ${outer}`,
  ]);
  expect(await links.linkExists(outer)).toBe(true);
  expect(await links.linkExists(inner)).toBe(false);
  expect((await links.list()).find((link) => link.name === outer)).toMatchObject({
    kind: 'veth',
    isUp: true,
    mtu: 1500,
  });
  expect(await links.routes({ device: outer })).toMatchObject([
    { destination: '198.51.100.7', device: outer },
  ]);

  await links.batchInside(pid, [
    `link set ${inner} name eth0`,
    'address add 198.51.100.7/32 dev eth0',
    'link set eth0 up',
  ]);
  expect((await links.listInside(pid)).map((link) => link.name).sort()).toEqual(['eth0', 'lo']);
  expect(await links.linkExists('eth0')).toBe((await links.list()).some((link) => link.name === 'eth0'));
});

test('a failing batch names its line and what is wrong with it', async () => {
  const error = await links
    .batch(['link show lo', `link set ${prefix}none up`, 'link show lo'])
    .catch((reason: unknown) => String(reason));
  expect(error).toContain(`${prefix}none`);
  expect(error).toContain(`(link set ${prefix}none up)`);
  await expect(links.batch(['link show lo\nlink show lo'])).rejects.toThrow(TypeError);
  await links.batch([]);
  for (const name of ['all', 'default', '', '..', 'a/b']) expect(await links.linkExists(name)).toBe(false);
  expect(await links.linkExists('lo')).toBe(true);
});

test('a ruleset is applied all or not at all, listed and deleted', async () => {
  const table = { family: 'inet', name: `insula_test_${process.pid}` } as const;
  cleanUp(async () => await nftables.deleteTable(table));
  expect(await nftables.listTable(table)).toBeNull();
  expect(await nftables.listTableJson(table)).toBeNull();
  await nftables.apply(
    `table inet ${table.name} {\n  set vips { type ipv4_addr; elements = { 198.51.100.7 } }\n}\n`,
  );
  expect(await nftables.listTable(table)).toContain('198.51.100.7');
  expect(await nftables.listTableJson(table)).toHaveLength(3);
  const broken = `add element inet ${table.name} vips { 198.51.100.8 }\nadd rule inet ${table.name} nochain accept\n`;
  await expect(nftables.apply(broken)).rejects.toThrow(/nochain/);
  expect(await nftables.listTable(table)).not.toContain('198.51.100.8');
  await nftables.deleteTable(table);
  await nftables.deleteTable(table);
  expect(await nftables.listTable(table)).toBeNull();
  await expect(nftables.deleteTable({ family: 'inet', name: 'a b' })).rejects.toThrow(TypeError);
});

test('settings are read and written, missing ones are null', async () => {
  expect(await sysctls.read('kernel.ostype')).toBe('Linux');
  expect(await sysctls.read('kernel.no_such_setting')).toBeNull();
  await expect(sysctls.write('kernel.no_such_setting', '1')).rejects.toMatchObject({ code: 'ENOENT' });
  const value = (await sysctls.read('net.core.somaxconn')) ?? '';
  await sysctls.write('net.core.somaxconn', value);
  await expect(sysctls.write('net.core.somaxconn', 'many')).rejects.toMatchObject({
    code: 'EINVAL',
    path: '/proc/sys/net/core/somaxconn',
  });
  expect(execFileSync('cat', ['/proc/sys/net/core/somaxconn'], { encoding: 'utf8' }).trim()).toBe(value);
});
