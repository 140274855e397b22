import type { NodeEvent } from '@insula/contract';
import { type Holder, newSpec, VeRegistry } from '@insula/ve';
import { beforeEach, expect, test } from 'vitest';
import { EventHub } from './event-hub.ts';
import { VeEvents } from './ve-events.ts';

const spec = newSpec(
  { template: 'debian-12' },
  {
    uuid: '00000000-0000-4000-8000-000000000001',
    ctid: 101,
    name: 'web1',
    idBase: 1_879_048_192,
    addresses: [],
    template: { name: 'debian-12', version: '1' },
    createdAt: '2026-11-21T20:00:00.000Z',
    layout: 'plain',
  },
);

let registry: VeRegistry;
let holder: Holder | undefined;
let seen: NodeEvent[];
beforeEach(() => {
  const hub = new EventHub();
  const events = new VeEvents(hub, () => holder);
  registry = new VeRegistry();
  registry.onChange((change) => events.changed(change));
  holder = undefined;
  seen = [];
  hub.subscribe((event) => seen.push(event));
  registry.add(spec);
});

const last = () => seen.at(-1);

test('a VE that comes, changes and goes is told with its summary', () => {
  expect(last()).toMatchObject({ kind: 've', what: 'created', name: 'web1', ve: { state: 'stopped' } });
  registry.replace({ ...spec, description: 'the shop' });
  expect(last()).toMatchObject({ what: 'changed', ve: { description: 'the shop' } });
  registry.note(spec.uuid, { init: { pid: 7, startTime: 1 } });
  expect(last()).toMatchObject({ what: 'state', ve: { state: 'running', init: 7 } });
  registry.remove(spec.uuid);
  expect(last()).toMatchObject({ what: 'destroyed', ve: null });
  expect(seen).toHaveLength(4);
});

test('an operation that takes hold of it or lets it go is told, too', () => {
  holder = { id: '0192', kind: 've.start' };
  registry.touch(spec.uuid);
  expect(last()).toMatchObject({ ve: { transition: 'starting' } });
  holder = undefined;
  registry.touch(spec.uuid);
  expect(last()).toMatchObject({ ve: { transition: null } });
});

test('what shows in no view makes no event', () => {
  for (let step = 0; step < 10; step += 1) registry.touch(spec.uuid);
  registry.note(spec.uuid, { wanted: 'running' });
  expect(seen).toHaveLength(1);
});

test('what only the detail shows makes one', () => {
  registry.note(spec.uuid, { crashes: 1 });
  registry.replace({ ...spec, userData: { a: '1' } });
  expect(seen).toHaveLength(3);
});
