import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Imports that must be refused: the file, what it imports, and the rule that says no. */
const refused: readonly (readonly [file: string, imported: string, rule: string])[] = [
  ['packages/contract/src/a.ts', '../../host/src/index.ts', 'contract-knows-only-what-is-below'],
  ['packages/contract/src/b.ts', 'node:path', 'contract-has-no-io'],
  ['packages/host/src/a.ts', '../../operations/src/index.ts', 'host-knows-only-what-is-below'],
  ['packages/operations/src/a.ts', '../../host/src/index.ts', 'operations-knows-only-what-is-below'],
  ['packages/operations/src/b.ts', 'node:fs/promises', 'effects-only-through-host'],
  [
    'packages/network/src/a.ts',
    '../../vzfs/src/index.ts',
    'network-vzfs-templates-resources-monitoring-knows-only-what-is-below',
  ],
  [
    'packages/resources/src/a.ts',
    '../../ve/src/index.ts',
    'network-vzfs-templates-resources-monitoring-knows-only-what-is-below',
  ],
  ['packages/vzfs/src/b.ts', 'node:child_process', 'effects-only-through-host'],
  ['packages/ve/src/a.ts', '../../daemon/src/index.ts', 've-knows-only-what-is-below'],
  ['packages/ve/src/b.ts', '../../vzfs/src/private.ts', 'packages-are-entered-through-their-index'],
  ['packages/ve/src/c.ts', 'node:fs', 'effects-only-through-host'],
  ['packages/daemon/src/a.ts', '../../cli/src/index.ts', 'daemon-knows-only-what-is-below'],
  ['packages/daemon/src/b.ts', 'node:child_process', 'no-process-of-our-own-outside-host'],
  ['packages/daemon/src/c.ts', './fake-clock.ts', 'fakes-are-for-tests'],
  ['packages/cli/src/a.ts', '../../host/src/index.ts', 'cli-knows-only-what-is-below'],
  ['packages/cli/src/b.ts', './b.test.ts', 'production-does-not-know-tests'],
  ['packages/cli/src/c.ts', './missing.ts', 'imports-resolve'],
  ['tests/a.test.ts', '../packages/vzfs/src/private.ts', 'packages-are-entered-through-their-index'],
];

const allowed: readonly (readonly [file: string, imported: string])[] = [
  ['packages/host/src/z.ts', '../../contract/src/index.ts'],
  ['packages/host/src/y.ts', 'node:child_process'],
  ['packages/network/src/z.ts', '../../operations/src/index.ts'],
  ['packages/network/src/y.ts', 'node:crypto'],
  ['packages/vzfs/src/z.test.ts', 'node:fs'],
  ['packages/vzfs/src/y.test.ts', '../../host/src/index.ts'],
  ['packages/ve/src/z.ts', '../../vzfs/src/index.ts'],
  ['packages/daemon/src/z.ts', '../../ve/src/index.ts'],
  ['packages/daemon/src/y.test.ts', './fake-clock.ts'],
  ['packages/cli/src/z.ts', '../../contract/src/index.ts'],
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

const packages = [
  'contract',
  'host',
  'operations',
  'network',
  'vzfs',
  'templates',
  'resources',
  'monitoring',
  've',
  'daemon',
  'cli',
];
let root: string;
let violations: readonly string[];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'arrows-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const name of packages) write(`packages/${name}/src/index.ts`, 'export const something = 1;\n');
  for (const path of ['vzfs/src/private', 'daemon/src/fake-clock', 'cli/src/b.test']) {
    write(`packages/${path}.ts`, 'export const something = 1;\n');
  }
  for (const [file, imported] of [...refused, ...allowed]) write(file, `import '${imported}';\n`);
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) cpSync(file, join(root, file));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      resolve('node_modules/.bin/depcruise'),
      '--no-cache',
      '--output-type',
      'json',
      '{packages,tests}/**/*.ts',
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } };
  violations = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

test.each(refused)('%s may not import %s', (file, _imported, rule) => {
  expect(violations).toContain(`${file}: ${rule}`);
});

test.each(allowed)('%s may import %s', (file) => {
  // nothing imports these files themselves, which is another matter
  expect(violations.filter((line) => line.startsWith(`${file}:`) && !line.endsWith('no-orphans'))).toEqual(
    [],
  );
});
