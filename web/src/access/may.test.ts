import type { WhoAmI } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { lackOf, ownedBy } from './may.ts';

const whoHolding = (scope: string, ...privileges: WhoAmI['holds'][number]['privileges']): WhoAmI => ({
  user: 'alice',
  via: 'session',
  from: '127.0.0.1',
  groups: [],
  limited: false,
  limitedTo: null,
  node: 'n1',
  session: '1',
  hasTotp: false,
  realm: 'internal',
  holds: [{ role: 'r', scope, privileges }],
});

describe('what somebody may do', () => {
  test('nothing counts that is not held', () => {
    expect(lackOf(whoHolding('everything', 've.read'), 've.start', { uuid: 'a' })).toEqual({
      privilege: 've.power',
    });
    expect(lackOf(whoHolding('everything'), 've.list')).toEqual({ privilege: 've.read' });
  });

  test('a role on one VE counts for that VE alone', () => {
    const who = whoHolding('ve:a', 've.power', 've.read');
    expect(lackOf(who, 've.start', { uuid: 'a' })).toBeNull();
    expect(lackOf(who, 've.start', { uuid: 'b' })).toEqual({ privilege: 've.power' });
    expect(lackOf(who, 've.list')).toBeNull();
  });

  test('a role on a VE counts for the VE of that name, as `whoami` tells it', () => {
    const who = whoHolding('ve:web1', 've.power');
    expect(lackOf(who, 've.start', { uuid: 'a', name: 'web1' })).toBeNull();
    expect(lackOf(who, 've.start', { uuid: 'b', name: 'db1' })).toEqual({ privilege: 've.power' });
  });

  test('somebody owns what his roles are on, if all of them are on single VEs', () => {
    expect(ownedBy(whoHolding('ve:web1', 've.power'))).toEqual(['web1']);
    expect(ownedBy(whoHolding('group:web', 've.power'))).toBeNull();
    expect(ownedBy({ ...whoHolding('everything'), holds: [] })).toBeNull();
  });

  test('a role on a group counts for its VEs, and where their groups are not known', () => {
    const who = whoHolding('group:web', 've.power');
    expect(lackOf(who, 've.start', { uuid: 'a', groups: ['web'] })).toBeNull();
    expect(lackOf(who, 've.start', { uuid: 'a', groups: ['db'] })).not.toBeNull();
    expect(lackOf(who, 've.start', { uuid: 'a' })).toBeNull();
  });

  test('what is about the node needs a role on the node', () => {
    expect(lackOf(whoHolding('ve:a', 'node.read'), 'node.show')).toEqual({ privilege: 'node.read' });
    expect(lackOf(whoHolding('node:n1', 'node.read'), 'node.show')).toBeNull();
    expect(lackOf(whoHolding('node:n2', 'node.read'), 'node.show')).not.toBeNull();
  });

  test('what may be about a VE needs a role on it, and one on the node otherwise', () => {
    const owner = whoHolding('ve:a', 'alert.mute');
    expect(lackOf(owner, 'alert.mute', { uuid: 'a' })).toBeNull();
    expect(lackOf(owner, 'alert.mute', { uuid: 'b' })).toEqual({ privilege: 'alert.mute' });
    expect(lackOf(owner, 'alert.mute')).toEqual({ privilege: 'alert.mute' });
    expect(lackOf(whoHolding('everything', 'alert.mute'), 'alert.mute')).toBeNull();
  });

  test('calls about oneself need nothing', () => {
    expect(lackOf(whoHolding('everything'), 'session.list')).toBeNull();
  });
});
