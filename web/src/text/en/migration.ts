import type { CheckpointCheck, MigrationCheck } from '@insula/contract';

const modes: Readonly<Record<NonNullable<MigrationCheck['mode']>, string>> = {
  live: 'Live: its processes and connections go on there',
  'near-live': 'Near-live: its files are sent while it runs, then it is started again there',
  cold: 'Cold: it does not run, and moves as it is',
};

const kinds: Readonly<Record<CheckpointCheck['blockers'][number]['kind'], string>> = {
  process: 'Process',
  namespace: 'Namespace',
  descriptor: 'Open file',
  socket: 'Socket',
  device: 'Device',
  mount: 'Mount',
  interface: 'Interface',
  terminal: 'Terminal',
  space: 'Space',
};

/** Moving VEs to other nodes, and what keeps them from it. */
export const migration = {
  migration: {
    node: 'To node',
    atLeast: 'At least',
    atLeasts: {
      live: 'Live, or not at all',
      'near-live': 'With a short stop at most',
      cold: 'As gently as possible',
    },
    bandwidth: 'Bandwidth (Mbit/s)',
    bandwidthHelp:
      'At most so much of what is sent while VEs run; what they stand still for goes as fast as it can',
    bandwidthOfAll: 'All VEs together: at most so much of what is sent while they run',
    unlimited: 'Unlimited',
    goesOn: 'It goes on when this window is closed.',
    noPeers: 'No other node is trusted yet.',
    toPeers: 'Trusted nodes',
  },
  migrate: {
    verb: 'Migrate',
    title: (name: string) => `Migrate ${name} to another node`,
    timeLimit: 'Time limit (seconds)',
    done: (name: string, node: string) => `${name} is on ${node} now`,
    check: 'How it would move',
    modes,
    impossible: 'It cannot move there',
    sendsTemplate: 'Its template is missing there and is sent, too.',
    blockers: 'What is in the way',
    noBlockers: 'Nothing is in the way.',
    keepsFrom: 'Keeps it from',
    keepsFroms: { live: 'moving live', all: 'moving at all' },
  },
  checks: {
    verb: 'Check',
    title: (name: string) => `Can ${name} be saved?`,
    possible: (processes: number) => `Nothing keeps its ${processes} processes from being saved`,
    impossible: 'It cannot be saved now',
    blockers: 'What is in the way',
    problem: 'Problem',
    process: 'Process',
    where: 'Where',
    passing: 'Goes away by itself in a moment',
    kinds,
    again: 'Check again',
  },
};
