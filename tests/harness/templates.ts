import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { repository } from './daemon-process.ts';
import { eventually } from './eventually.ts';

/** Templates that the tests build on this machine. */
export type TemplateName =
  | 'debian-12'
  | 'debian-12-minimal'
  | 'debian-12-sysvinit'
  | 'debian-13'
  | 'debian-testing'
  | 'busybox';

/** Builds a template, newly even if there is one, in the pool at the path. */
export type BuildTemplate = (name: TemplateName, cache: string) => Promise<void>;

/** Where templates stay between runs: building them takes longer than everything else together. */
const cache = process.env['INSULA_TEST_CACHE'] ?? '/var/cache/insula/test';
const noteFile = `${cache}/definitions.json`;

export function sharedPool(): string {
  return `${cache}/pool`;
}

/** Copies built templates with all that they need from the shared pool to another one. */
export function copyTemplates(names: readonly TemplateName[], pool: string): void {
  for (const part of ['layers', 'objects']) mkdirSync(`${pool}/${part}`, { recursive: true, mode: 0o711 });
  const layers = readdirSync(`${sharedPool()}/layers`);
  for (const layer of layers.filter((reference) => names.some((name) => reference.startsWith(`${name}@`)))) {
    const from = `${sharedPool()}/layers/${layer}`;
    const manifest = readFileSync(`${from}/manifest`, 'latin1').split('\n');
    const objects = new Set(
      manifest.map((line) => line.split(' ')[7] ?? '').filter((digest) => digest.length === 64),
    );
    const list = [...objects].map((digest) => `${digest.slice(0, 2)}/${digest.slice(2)}\n`).join('');
    const tar = ['-C', `${sharedPool()}/objects`, '-c', '-T', '-'];
    const archive = execFileSync('tar', tar, { input: list, maxBuffer: 2 ** 31 });
    execFileSync('tar', ['-C', `${pool}/objects`, '-x'], { input: archive });
    execFileSync('cp', ['-a', from, `${pool}/layers/`]);
  }
}

const definitions = join(repository, 'packages/templates/definitions');

/** Changes when layers are stored in another way than before. */
const layerFormat = 'stubs over objects';

/** Everything that definitions say, so that a change of one of them builds all again: they share profiles. */
function fingerprint(name: TemplateName): string {
  const hash = createHash('sha256')
    .update(layerFormat)
    .update(readFileSync(join(definitions, `${name}.yaml`)));
  const profiles = join(definitions, 'profiles');
  for (const file of readdirSync(profiles).sort())
    hash.update(file).update(readFileSync(join(profiles, file)));
  return hash.digest('hex');
}

function notes(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(noteFile, 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}

let build: BuildTemplate | undefined;

/** Says how templates are built: by a node, which itself needs this module. */
export function buildTemplatesWith(builder: BuildTemplate): void {
  build = builder;
}

/** Settles when these templates, as they are defined now, are in the cache. */
export async function haveTemplates(names: readonly TemplateName[]): Promise<void> {
  const isMissing = (name: TemplateName) => notes()[name] !== fingerprint(name);
  if (!names.some(isMissing)) return;
  for (const part of ['layers', 'objects'])
    mkdirSync(`${sharedPool()}/${part}`, { recursive: true, mode: 0o711 });
  using _lock = await lock();
  for (const name of names) {
    if (!isMissing(name)) continue;
    await build?.(name, cache);
    writeFileSync(noteFile, JSON.stringify({ ...notes(), [name]: fingerprint(name) }, null, 2));
  }
}

/** One process at a time builds. The lock is a link that names its owner, so that a dead one's can be taken. */
async function lock(): Promise<Disposable> {
  const path = `${cache}/building`;
  await eventually(
    'the templates that another run builds',
    () => {
      try {
        symlinkSync(String(process.pid), path);
        return true;
      } catch {
        takeAwayFromTheDead(path);
        return false;
      }
    },
    { timeout: 900_000, interval: 500 },
  );
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

function takeAwayFromTheDead(path: string): void {
  try {
    process.kill(Number(readlinkSync(path)), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') rmSync(path, { force: true });
  }
}
