import { CodedError, type VeCreate, veNamePattern } from '@insula/contract';
import { newInterface } from '@insula/network';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeSpec } from './fake-spec.ts';
import { changedSpec, checkSpec, importedSpec, newSpec, reinstalledSpec } from './spec.ts';

const allocated = {
  layout: 'plain' as const,
  uuid: '00000000-0000-4000-8000-000000000001',
  ctid: 101,
  name: 'web1',
  idBase: 1_879_048_192,
  addresses: ['10.101.0.2'],
  template: { name: 'debian-12', version: '20261121.1' },
  createdAt: '2026-11-21T20:00:00.000Z',
};

const detailsOf = (attempt: () => unknown) => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof CodedError) return { code: error.code, ...error.details };
    throw error;
  }
  throw new Error('nothing was refused');
};

test('of the applications of a reinstalled VE those remain that its template has', () => {
  const row = (name: string, addedAt: string) => ({ name, settings: {}, addedAt });
  const applications = [row('nginx', '2026-11-21'), row('redis', '2026-11-21'), row('mariadb', '2026-11-23')];
  const golden = { name: 'debian-12.with.nginx.redis', version: '1' };
  const spec = { ...fakeSpec(1), template: golden, applications };
  expect(reinstalledSpec(spec, { ...golden, version: '2' }).applications?.map(({ name }) => name)).toEqual([
    'nginx',
    'redis',
  ]);
  expect(reinstalledSpec(spec, { name: 'debian-12', version: '2' })).not.toHaveProperty('applications');
  const added = { ...spec, template: { name: 'debian-12', version: '1' } };
  expect(reinstalledSpec(added, added.template)).not.toHaveProperty('applications');
});

test('a VE that comes from elsewhere keeps its settings, and nothing that it was trusted with there', () => {
  const lan = newInterface({ name: 'lan0', device: 'br0', mac: '02:00:00:00:00:01' }, []);
  const origin = newSpec({ template: 'debian-12', stopTimeout: 7, userData: { owner: 'me' } }, allocated);
  const trusted = {
    ...origin,
    groups: ['web'],
    forwards: ['tcp:80'],
    apiAccess: true,
    protected: true,
    interfaces: [lan],
  };
  const own = { ...allocated, ctid: 205, name: 'web2' };
  const imported = importedSpec(trusted, { path: '/x', name: 'web2' }, own);
  expect(imported).toEqual({ ...origin, ...own, hostname: 'web2' });
});

test('a VE whose creator said nothing gets the defaults', () => {
  expect(newSpec({ template: 'debian-12' }, allocated)).toEqual({
    format: 1,
    ...allocated,
    layers: [],
    groups: [],
    forwards: [],
    apiAccess: false,
    rates: [],
    ratebound: false,
    netfilter: 'full',
    interfaces: [],
    hostname: 'web1',
    description: '',
    dns: { servers: [], search: [] },
    parameters: {},
    onboot: 'auto',
    bootorder: 0,
    stopTimeout: 120,
    restartPolicy: 'on-crash',
    features: [],
    capabilities: { add: [], drop: [] },
    optimizeOnStop: false,
    protected: false,
    userData: {},
  });
});

test('what the creator said counts, but not what the node decides', () => {
  const wanted: VeCreate = {
    template: 'debian-12@20250101.1',
    name: 'web1',
    ctid: 999,
    addresses: ['10.101.9.9'],
    start: true,
    hostname: 'shop.example.org',
    features: ['fuse'],
    dns: { servers: ['9.9.9.9'] },
    capabilities: { drop: ['CAP_MKNOD'] },
    parameters: { physpages: 536_870_912 },
  };
  expect(newSpec(wanted, allocated)).toEqual({
    ...newSpec({ template: 'debian-12' }, allocated),
    hostname: 'shop.example.org',
    features: ['fuse'],
    dns: { servers: ['9.9.9.9'], search: [] },
    capabilities: { add: [], drop: ['CAP_MKNOD'] },
    parameters: { physpages: 536_870_912 },
  });
});

const name = fc
  .stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}[a-z0-9]$/)
  .filter((text) => new RegExp(veNamePattern).test(text));

test('every name of a VE makes a host name', () => {
  fc.assert(
    fc.property(name, (any) => {
      const { hostname } = newSpec({ template: 'debian-12' }, { ...allocated, name: any });
      for (const label of hostname.split('.'))
        expect(label).toMatch(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/);
    }),
  );
  expect(newSpec({ template: 'debian-12' }, { ...allocated, name: 'a_.-._b_c' }).hostname).toBe('a.b-c');
});

test('what a change leaves out stays, half of a setting too', () => {
  const spec = fakeSpec(1, {
    dns: { servers: ['9.9.9.9'], search: ['example.org'] },
    capabilities: { add: ['CAP_SYSLOG'], drop: ['CAP_MKNOD'] },
    parameters: { physpages: 536_870_912, numproc: 400 },
    userData: { owner: 'ada', ticket: '7' },
  });
  expect(changedSpec(spec, {})).toEqual(spec);
  const next = changedSpec(spec, {
    dns: { search: [] },
    capabilities: { add: [] },
    parameters: { numproc: null, cpulimit: 150 },
    userData: { ticket: null, team: 'shop' },
    bootorder: 3,
  });
  expect(next).toEqual({
    ...spec,
    dns: { servers: ['9.9.9.9'], search: [] },
    capabilities: { add: [], drop: ['CAP_MKNOD'] },
    parameters: { physpages: 536_870_912, cpulimit: 150 },
    userData: { owner: 'ada', team: 'shop' },
    bootorder: 3,
  });
});

test('keys that JavaScript knows for itself are keys like others', () => {
  const change = JSON.parse('{ "userData": { "__proto__": "x", "constructor": "y" } }') as Parameters<
    typeof changedSpec
  >[1];
  const { userData } = changedSpec(fakeSpec(), change);
  expect(Object.entries(userData)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

test('a change never touches the spec that it starts from', () => {
  const spec = fakeSpec(1, { userData: { a: '1' } });
  const before = structuredClone(spec);
  changedSpec(spec, { userData: { a: null, b: '2' }, parameters: { numproc: 20 } });
  expect(spec).toEqual(before);
});

test('the whole that a change makes is checked', () => {
  const many = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`k${index}`, 'v']));
  const full = fakeSpec(1, { userData: many });
  expect(detailsOf(() => changedSpec(full, { userData: { more: 'v' } }))).toMatchObject({
    code: 'invalid_input',
    field: 'userData',
  });
  expect(detailsOf(() => changedSpec(full, { parameters: { ram: 5 } }))).toMatchObject({
    code: 'invalid_parameter',
    parameter: 'physpages',
  });
});

test.each([
  [{ ctid: 7 }, 'ctid'],
  [{ name: 'a/b' }, 'name'],
  [{ idBase: 1_879_048_193 }, 'idBase'],
  [{ dns: { servers: ['x'], search: [] } }, 'dns.servers.0'],
  [{ template: { name: 'debian-12' } }, 'template.version'],
  [{ addresses: ['10.1.1.1', '10.1.1.1'] }, 'addresses'],
  [{ format: 2 }, 'format'],
] as const)('a spec with %j is refused by its field', (change, field) => {
  expect(detailsOf(() => checkSpec({ ...fakeSpec(), ...change }))).toMatchObject({
    code: 'invalid_input',
    field,
  });
});

test('what is no spec at all is refused', () => {
  for (const candidate of [null, 7, 'x', []])
    expect(detailsOf(() => checkSpec(candidate))).toMatchObject({ code: 'invalid_input', field: 'spec' });
  expect(detailsOf(() => checkSpec({}))).toMatchObject({ code: 'invalid_input', field: 'format' });
  expect(detailsOf(() => checkSpec({ ...fakeSpec(), colour: 'red' }))).toEqual({
    code: 'unknown_field',
    field: 'colour',
  });
});
