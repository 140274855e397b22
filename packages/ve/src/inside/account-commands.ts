import type { AccountChange } from '@insula/contract';

/** What an account is made with. */
export interface NewAccount {
  readonly name: string;
  readonly fullName: string;
  readonly shell: string;
  readonly groups: readonly string[];
}

/**
 * How the tools of a VE are told what to do with accounts: whole arguments, no shell. Names never look like options. useradd(8),
 * usermod(8) and userdel(8) are those of all distributions but the smallest.
 */
export const accountCommands = {
  create: ({ name, fullName, shell, groups }: NewAccount): readonly string[] => [
    'useradd',
    '--create-home',
    '--user-group',
    '--shell',
    shell,
    ...(fullName === '' ? [] : ['--comment', fullName]),
    ...(groups.length === 0 ? [] : ['--groups', groups.join(',')]),
    name,
  ],
  change: (account: string, { fullName, shell, groups, locked }: AccountChange): readonly string[] => [
    'usermod',
    ...(fullName === undefined ? [] : ['--comment', fullName]),
    ...(shell === undefined ? [] : ['--shell', shell]),
    ...(groups === undefined ? [] : ['--groups', groups.join(',')]),
    ...(locked === undefined ? [] : [locked ? '--lock' : '--unlock']),
    account,
  ],
  remove: (account: string, home: boolean): readonly string[] => [
    'userdel',
    ...(home ? ['--remove'] : []),
    account,
  ],
};
