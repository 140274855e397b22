import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initKinds } from '@insula/contract';
import { describe, expect, it } from 'vitest';
import { initProfiles } from './inits.ts';
import { parseDefinition, parseGuestProfile } from './parse-definition.ts';
import { planTemplateBuild } from './plan.ts';
import { resolveTemplate } from './resolve.ts';

const directory = join(import.meta.dirname, '..', 'definitions');
const yamlIn = async (path: string) => (await readdir(path)).filter((name) => name.endsWith('.yaml'));

const shipped = async () => {
  const definitions = await Promise.all(
    (await yamlIn(directory)).map(async (name) =>
      parseDefinition(await readFile(join(directory, name), 'utf8'), name),
    ),
  );
  const profiles = await Promise.all(
    (await yamlIn(join(directory, 'profiles'))).map(async (name) =>
      parseGuestProfile(await readFile(join(directory, 'profiles', name), 'utf8'), name),
    ),
  );
  return {
    definitions: new Map(definitions.map((definition) => [definition.name, definition])),
    profiles: new Map(profiles.map((profile) => [profile.init, profile])),
  };
};

describe('the definitions that are shipped', () => {
  it('all resolve and can be planned', async () => {
    const set = await shipped();
    expect([...set.definitions.keys()]).toEqual([
      'busybox',
      'debian-12-minimal',
      'debian-12-nginx',
      'debian-12-sysvinit',
      'debian-12',
      'debian-13',
      'debian-testing',
    ]);
    for (const name of set.definitions.keys()) {
      const { steps } = planTemplateBuild({
        template: resolveTemplate(set, name),
        version: '1',
        parent: null,
      });
      expect(steps.length).toBeGreaterThan(2);
    }
  });

  it('have a profile and signals for every kind of init', async () => {
    const { profiles } = await shipped();
    expect([...profiles.keys()].sort()).toEqual([...initKinds].sort());
    expect(Object.keys(initProfiles).sort()).toEqual([...initKinds].sort());
  });

  it('write no path twice: the second would silently win', async () => {
    const set = await shipped();
    for (const name of set.definitions.keys()) {
      const paths = resolveTemplate(set, name).chain.flatMap(({ files }) => files.map(({ path }) => path));
      expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
    }
  });
});
