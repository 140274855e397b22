import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from './config.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/insula-config-`);
  path = `${dir}/node.json`;
});
afterEach(() => rmSync(dir, { recursive: true }));

const read = (text: string) => {
  writeFileSync(path, text);
  return readConfig(path);
};

test('a file that was named and is not there is refused: it would be another node', () => {
  expect(() => readConfig(path)).toThrow(/node\.json/);
});

test('what a file does not say has its default', () => {
  expect(read('{}')).toEqual({
    name: 'node1',
    stateDir: '/var/lib/insula',
    runDir: '/run/insula',
    pool: '/var/lib/insula/pool',
    templatesDir: '/etc/insula/templates',
    imageQuotas: false,
    criuDir: '/usr/local/lib/insula/criu/bin',
    lxcfs: '/var/lib/lxcfs',
    reserve: { memoryPercent: 5, cpuPercent: 5 },
    link: { address: '::', port: 4434 },
    api: { address: '::', port: 4648, redirectPort: 0, names: [] },
    cgroupParent: 'insula',
    interfacePrefix: 'ins',
    idRange: { first: 1_879_048_192, count: 4000 },
    network: {
      pool: '10.101.0.0/16',
      gateway: '169.254.101.1',
      gateway6: 'fe80::1',
      pools: [],
      classes: [],
      apiPorts: [],
      attachable: { bridges: [], devices: [], parents: [] },
      names: { enabled: false, domain: 'insula.internal' },
      rateMpu: 0,
      totalRates: [],
      nat: true,
      table: 'insula',
      dns: [],
    },
    autostart: { parallel: 4 },
    layout: 'auto',
    monitoring: { intervalSeconds: 10, address: '127.0.0.1', port: 0 },
    migration: { rounds: false },
    consoleLogBytes: 1_048_576,
  });
});

test('what a file says counts, and the rest has its default', () => {
  expect(read('{ "name": "n2", "network": { "nat": false } }')).toMatchObject({
    name: 'n2',
    runDir: '/run/insula',
    network: { nat: false, table: 'insula' },
  });
});

test.each([
  ['{ "nmae": "x" }', 'unknown field', 'nmae'],
  ['{ "network": { "adress": 1 } }', 'unknown field', 'network.adress'],
  ['{ "network": { "nat": "yes" } }', '', 'network.nat'],
  ['{ "autostart": { "parallel": 0 } }', '', 'autostart.parallel'],
  ['{ "runDir": "relative" }', '', 'runDir'],
  ['{ "cgroupParent": "a/../b" }', '', 'cgroupParent'],
  ['{ "idRange": { "first": 65537 } }', '', 'idRange.first'],
  ['[]', '', 'body'],
])('%s is refused by file and field', (text, words, field) => {
  expect(() => read(text)).toThrow(`${path}: ${field}`);
  expect(() => read(text)).toThrow(words);
});

test('a file that cannot be read or is no JSON is named', () => {
  expect(() => read('{ "name": ')).toThrow(path);
  expect(() => readConfig(dir)).toThrow(dir);
});

test('a certificate by ACME is refused where none could be had', () => {
  const acme = { email: 'ops@example.org', acceptTerms: true };
  const api = { redirectPort: 80, names: ['panel.example.org'], acme };
  const readApi = (change: object) => read(JSON.stringify({ api: { ...api, ...change } }));
  expect(readApi({})).toMatchObject({
    api: { acme: { ...acme, server: 'https://acme-v02.api.letsencrypt.org/directory' } },
  });
  for (const [change, words] of [
    [{ names: ['192.0.2.7', 'node1', 'fe80::1'] }, 'no domain'],
    [{ redirectPort: 0 }, 'redirectPort'],
    [{ port: 0 }, 'not served'],
    [{ certificate: { certificate: '/a', key: '/b' } }, 'of your own'],
    [{ acme: { ...acme, acceptTerms: false } }, 'acceptTerms'],
    [{ acme: { ...acme, email: 'a/../b@example.org' } }, 'email'],
  ] as const)
    expect(() => readApi(change)).toThrow(words);
});
