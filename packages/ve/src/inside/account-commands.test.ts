import { expect, test } from 'vitest';
import { accountCommands } from './account-commands.ts';

test('whatever a name for people has in it is one argument', () => {
  const alice = { name: 'alice', fullName: 'Alice $(id)', shell: '/bin/bash', groups: ['sudo', 'adm'] };
  expect(accountCommands.create(alice)).toEqual([
    'useradd',
    ...['--create-home', '--user-group', '--shell', '/bin/bash'],
    ...['--comment', 'Alice $(id)', '--groups', 'sudo,adm', 'alice'],
  ]);
});

test('a change names what changes, and nothing else', () => {
  expect(accountCommands.change('alice', { locked: true })).toEqual(['usermod', '--lock', 'alice']);
  expect(accountCommands.change('alice', { groups: [] })).toEqual(['usermod', '--groups', '', 'alice']);
});
