import { expect, test } from 'vitest';
import { chooseNameServers, parseNameServers } from './name-servers.ts';

test('the VE’s own servers come before the node’s configuration, and that before the node’s files', () => {
  const nodeResolvers = ['nameserver 192.0.2.3\n', 'nameserver 192.0.2.4\n'];
  expect(chooseNameServers({ ve: ['192.0.2.1'], node: ['192.0.2.2'], nodeResolvers })).toEqual(['192.0.2.1']);
  expect(chooseNameServers({ ve: [], node: ['192.0.2.2'], nodeResolvers })).toEqual(['192.0.2.2']);
  expect(chooseNameServers({ ve: [], node: [], nodeResolvers })).toEqual(['192.0.2.3']);
});

test('a resolver on the node’s loopback is passed over for the servers behind it', () => {
  const nodeResolvers = ['nameserver 127.0.0.53\noptions edns0\n', 'nameserver 192.0.2.4\n'];
  expect(chooseNameServers({ ve: [], node: [], nodeResolvers })).toEqual(['192.0.2.4']);
});

test('a node without any server gives none', () => {
  expect(chooseNameServers({ ve: [], node: [], nodeResolvers: [null, 'nameserver ::1\n'] })).toEqual([]);
});

test('only lines that name an IPv4 server count, each server once', () => {
  const text = `# nameserver 192.0.2.9
nameserver 192.0.2.1
nameserver\t192.0.2.2 # second
 nameserver 192.0.2.8
nameserver 192.0.2.1
nameserver 2001:db8::1
nameserver
search example.org
`;
  expect(parseNameServers(text)).toEqual(['192.0.2.1', '192.0.2.2']);
});
