import type { VeSpec } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeSpec } from './fake-spec.ts';
import { type RegistryChange, VeRegistry } from './registry.ts';

const registryOf = (...specs: readonly VeSpec[]) => {
  const registry = new VeRegistry();
  for (const spec of specs) registry.add(spec);
  return registry;
};

test('a VE is found by CTID, name and UUID', () => {
  const spec = fakeSpec(1);
  const registry = registryOf(spec, fakeSpec(2));
  for (const reference of ['101', '000101', 've101', spec.uuid])
    expect(registry.find(reference).spec).toBe(spec);
  for (const reference of ['103', 've1', 'VE101', '', '__proto__', spec.uuid.slice(0, 8)])
    expect(() => registry.find(reference)).toThrow(`no VE ${reference}`);
});

test('a name that is the UUID of another VE does not hide that VE', () => {
  const [victim, thief] = [fakeSpec(1), fakeSpec(2, { name: fakeSpec(1).uuid })];
  expect(registryOf(victim, thief).find(victim.uuid).spec).toBe(victim);
});

test.each([
  ['name', 'name_taken', 'the name ve101 belongs to another VE'],
  ['ctid', 'ctid_taken', 'CTID 101 belongs to another VE'],
  ['idBase', 'id_range_taken', 'the 65536 ids from 1879048192 belong to VE ve101'],
  ['addresses', 'address_taken', 'address 10.101.0.2 belongs to VE ve101'],
] as const)('two VEs cannot have the same %s', (field, code, message) => {
  const registry = registryOf(fakeSpec(1), fakeSpec(2));
  const twin = (number: number) => fakeSpec(number, { [field]: fakeSpec(1)[field] });
  for (const change of [() => registry.add(twin(3)), () => registry.replace(twin(2))])
    expect(change).toThrow(expect.objectContaining({ code, message }));
  expect(registry.list().map(({ spec }) => spec)).toEqual([fakeSpec(1), fakeSpec(2)]);
});

test('a VE keeps what is its own when it changes, and frees what it gives up', () => {
  const registry = registryOf(fakeSpec(1));
  registry.note(fakeSpec(1).uuid, { crashes: 3 });
  registry.replace(fakeSpec(1, { name: 'shop', addresses: ['10.101.0.9'] }));
  expect(registry.find('shop')).toMatchObject({ spec: { ctid: 101 }, runtime: { crashes: 3 } });
  expect(() => registry.find('ve101')).toThrow('no VE ve101');
  registry.add(fakeSpec(2, { name: 've101', addresses: ['10.101.0.2'] }));
  expect(registry.find('ve101').spec.ctid).toBe(102);
});

test('replacing a VE that is not here adds it', () => {
  const registry = new VeRegistry();
  registry.replace(fakeSpec(1));
  expect(registry.find('101').runtime.wanted).toBe('stopped');
});

test('whatever is added, changed and removed, nothing is held twice and nothing is left over', () => {
  const numbers = fc.integer({ min: 1, max: 4 });
  const spec = fc
    .tuple(numbers, numbers, numbers, numbers, fc.subarray(['10.0.0.1', '10.0.0.2', '10.0.0.3']))
    .map(([uuid, name, ctid, idBase, addresses]) => ({
      ...fakeSpec(uuid),
      name: fakeSpec(name).name,
      ctid: fakeSpec(ctid).ctid,
      idBase: fakeSpec(idBase).idBase,
      addresses,
    }));
  const step = fc.tuple(fc.constantFrom('add', 'replace', 'remove'), spec);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const registry = new VeRegistry();
      for (const [verb, change] of steps) {
        try {
          if (verb === 'remove') registry.remove(change.uuid);
          else if (verb === 'replace' || registry.get(change.uuid) === undefined) registry.replace(change);
        } catch {
          // refused: the properties hold all the same
        }
        const specs = registry.list().map((entry) => entry.spec);
        for (const key of ['uuid', 'name', 'ctid', 'idBase'] as const)
          expect(new Set(specs.map((one) => one[key])).size).toBe(specs.length);
        expect(registry.ctids()).toEqual(new Set(specs.map(({ ctid }) => ctid)));
        expect(registry.idBases()).toEqual(new Set(specs.map(({ idBase }) => idBase)));
        const held = specs.flatMap(({ addresses, name }) =>
          addresses.map((address) => [address, name] as const),
        );
        expect(registry.addresses()).toEqual(new Map(held));
        expect(registry.addresses().size).toBe(held.length);
        for (const one of specs) expect(registry.find(String(one.ctid)).spec).toBe(one);
      }
    }),
  );
});

test('VEs are listed in the order of their CTIDs', () => {
  const registry = registryOf(fakeSpec(3), fakeSpec(1), fakeSpec(2));
  expect(registry.list().map(({ spec }) => spec.ctid)).toEqual([101, 102, 103]);
});

test('listeners are told of every change until they do not want to be', () => {
  const registry = new VeRegistry();
  const told: RegistryChange['what'][] = [];
  const unsubscribe = registry.onChange(({ what }) => told.push(what));
  const { uuid } = registry.add(fakeSpec(1)).spec;
  registry.replace(fakeSpec(1, { description: 'x' }));
  registry.note(uuid, { paused: true });
  registry.touch(uuid);
  registry.remove(uuid);
  registry.remove(uuid);
  registry.note(uuid, { paused: false });
  registry.touch(uuid);
  expect(told).toEqual(['created', 'changed', 'state', 'state', 'destroyed']);
  unsubscribe();
  registry.add(fakeSpec(1));
  expect(told).toHaveLength(5);
});
