import { type NodeEvent, operationTable } from '@insula/contract';
import { expect, test } from 'vitest';
import type { Caller } from '../access/caller.ts';
import type { Gatekeeper } from '../access/gatekeeper.ts';
import { editEvent } from './edit-event.ts';
import { eventJudge } from './event-judge.ts';

const findVe = (reference: string) => (reference === 'web1' ? { uuid: 'u1', name: 'web1' } : null);
const asked = { params: {}, query: {}, body: undefined, who: 'alice' };

test('an edit is told by its call, and by the VE or the user that it is about', () => {
  expect(editEvent({ ...asked, row: operationTable['firewall.add'] }, findVe)).toEqual({
    kind: 'edit',
    call: 'firewall.add',
    uuid: null,
    name: null,
    user: null,
  });
  const stopped = { ...asked, row: operationTable['service.stop'], params: { ve: 'web1', service: 'nginx' } };
  expect(editEvent(stopped, findVe)).toMatchObject({
    call: 'service.stop',
    uuid: 'u1',
    name: 'web1',
    user: null,
  });
  const muted = { ...asked, row: operationTable['alert.mute'], body: { ve: 'web1', minutes: 5 } };
  expect(editEvent(muted, findVe)).toMatchObject({ uuid: 'u1' });
  expect(editEvent({ ...asked, row: operationTable['token.create'] }, findVe)).toMatchObject({
    user: 'alice',
  });
  const ofBob = { ...asked, row: operationTable['session.revoke'], query: { user: 'bob' } };
  expect(editEvent(ofBob, findVe)).toMatchObject({ user: 'bob' });
});

test('an edit is told to who may read what it changed, and to whom it belongs', () => {
  const hears = (event: Partial<NodeEvent>, name: string, privileges: readonly string[]) => {
    const gatekeeper = {
      node: 'node',
      veByUuid: (uuid: string) => uuid,
      mayHave: (_caller: Caller, privilege: string, target: unknown) =>
        privileges.includes(`${privilege}@${String(target)}`),
    };
    const judge = eventJudge(gatekeeper as unknown as Gatekeeper, { name } as Caller);
    return judge({ kind: 'edit', uuid: null, name: null, user: null, ...event } as NodeEvent);
  };
  const rule = { call: 'alert.rule.add' };
  expect(hears(rule, 'alice', ['alert.read@node'])).toBe(true);
  expect(hears(rule, 'alice', ['ve.read@u1', 'alert.read@u1'])).toBe(false);
  const token = { call: 'token.create', user: 'bob' };
  expect(hears(token, 'bob', [])).toBe(true);
  expect(hears(token, 'alice', ['ve.read@node'])).toBe(false);
  expect(hears(token, 'alice', ['access.read@node'])).toBe(true);
  const service = { call: 'service.stop', uuid: 'u1' };
  expect(hears(service, 'bob', ['ve.read@u1'])).toBe(true);
  expect(hears(service, 'bob', ['ve.read@u2'])).toBe(false);
  expect(hears({ call: 'whoami.gone' }, 'bob', ['node.read@node'])).toBe(false);
});
