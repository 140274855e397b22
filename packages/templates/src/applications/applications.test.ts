import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemplateVersion } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResolvedTemplate } from '../resolve.ts';
import { parseApplication } from './application-store.ts';
import { goldenImage } from './golden-image.ts';
import { parseChange } from './package-fetcher.ts';
import { cleanStatus, installedVersions } from './package-status.ts';
import { completeSettings, settingsPreamble } from './settings.ts';

const directory = join(import.meta.dirname, '..', '..', 'applications');

const text = `name: shop
title: Shop
families: { debian: { packages: [shop] } }
settings:
  - { name: port, title: Port, kind: integer, default: "80", minimum: 1, maximum: 65535 }
  - { name: owner, title: Owner, kind: text, pattern: "^[a-z]+$" }
  - { name: open, title: Open, kind: boolean, default: "true" }
  - { name: mode, title: Mode, kind: text, default: fast, values: [fast, slow] }
health: "true"
`;
const shop = parseApplication(text, 'shop.yaml');
const problem = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('definitions of applications', () => {
  it('that are shipped are whole, and called as their files', async () => {
    const names = (await readdir(directory)).map((file) => file.replace('.yaml', ''));
    expect(names.sort()).toEqual(['apache-php', 'docker', 'mariadb', 'nginx', 'postgresql', 'redis']);
    for (const name of names) {
      const application = parseApplication(await readFile(join(directory, `${name}.yaml`), 'utf8'), name);
      expect(application.name).toBe(name);
      // everybody can add it without being asked anything
      expect(Object.keys(completeSettings(application, {}))).toHaveLength(application.settings.length);
    }
  });

  it('are refused for unknown fields, bad patterns and defaults that do not fit, with the place', () => {
    expect(problem(() => parseApplication(`${text}surprise: 1\n`, 'f'))).toContain(
      'f: surprise: unknown field',
    );
    expect(problem(() => parseApplication(text.replace('^[a-z]+$', '('), 'f'))).toContain(
      'settings[1].pattern',
    );
    expect(problem(() => parseApplication(text.replace('"80"', '"0"'), 'f'))).toContain('below 1');
    expect(problem(() => parseApplication(text.replace('health', 'wealth'), 'f'))).toContain('wealth');
  });
});

describe('settings', () => {
  it('are completed by defaults, and asked for where there is none', () => {
    expect(completeSettings(shop, { owner: 'me' })).toEqual({
      port: '80',
      owner: 'me',
      open: 'true',
      mode: 'fast',
    });
    expect(problem(() => completeSettings(shop, {}))).toBe('shop.owner: is needed: Owner');
  });

  it('are refused with what is wrong with them', () => {
    const wrong = (given: Readonly<Record<string, string>>) =>
      problem(() => completeSettings(shop, { owner: 'me', ...given }));
    expect(wrong({ port: '65536' })).toContain('above 65535');
    expect(wrong({ port: '1e3' })).toContain('not a whole number');
    expect(wrong({ open: 'yes' })).toContain('true or false');
    expect(wrong({ mode: 'odd' })).toContain('none of fast, slow');
    expect(wrong({ owner: 'Me' })).toContain('does not fit');
    expect(wrong({ owner: 'a\nb' })).toContain('one line');
    expect(wrong({ colour: 'red' })).toContain('none of port, owner, open, mode');
  });

  it('reach a shell as they are, whatever they hold', () => {
    const word = fc.string({ maxLength: 20 }).filter((value) => !value.includes('\0'));
    fc.assert(
      fc.property(word, (value) => {
        const script = `${settingsPreamble({ word: value })}printf %s "$SETTING_WORD"`;
        expect(execFileSync('/bin/sh', ['-c', script]).toString()).toBe(value);
      }),
      { numRuns: 50 },
    );
  });
});

const layer: TemplateVersion = {
  name: 'debian-12',
  version: '20261121.1',
  title: 'Debian 12',
  distribution: 'debian',
  release: '12',
  init: 'systemd',
  bytes: 1,
  files: 1,
  createdAt: '2026-11-21T00:00:00Z',
};
const base: ResolvedTemplate = {
  name: 'debian-12',
  title: 'Debian 12',
  base: { distribution: 'debian', release: '12', init: 'systemd', source: { kind: 'busybox' } },
  minimumFreeBytes: 0,
  parent: null,
  chain: [],
  finish: [],
};

describe('the image of a template with applications', () => {
  const chosen = (name: string, port = '80') => ({
    application: { ...shop, name },
    settings: completeSettings(shop, { owner: 'me', port }),
  });

  it('is the same for the same choice in any order, and another one for any other', () => {
    const image = goldenImage(base, layer, [chosen('b'), chosen('a')]);
    expect(image.name).toBe('debian-12.with.a.b');
    const same = goldenImage(base, layer, [chosen('a'), chosen('b')]);
    expect(same.version).toBe(image.version);
    const others = [
      goldenImage(base, layer, [chosen('a', '81'), chosen('b')]),
      goldenImage(base, { ...layer, version: '20261121.2' }, [chosen('a'), chosen('b')]),
      goldenImage(base, { ...layer, digest: `sha256:${'0'.repeat(64)}` }, [chosen('a'), chosen('b')]),
    ];
    expect(new Set([image, ...others].map(({ version }) => version)).size).toBe(4);
    expect(image.version).toMatch(/^[0-9A-Za-z.]{1,32}$/);
  });

  it('has a name that a template may have, however many applications there are', () => {
    const many = Array.from({ length: 16 }, (_, index) => chosen(`application-${index}`));
    expect(goldenImage(base, layer, many).name).toMatch(/^debian-12\.with\.[0-9a-f]{12}$/);
  });

  it('is refused for systems without packages for it', () => {
    const refused = problem(() => goldenImage(base, { ...layer, distribution: 'busybox' }, [chosen('a')]));
    expect(refused).toContain('no packages for busybox');
    expect(problem(() => goldenImage(base, { ...layer, init: 'sysvinit' }, [chosen('a')]))).toContain(
      'systemd',
    );
  });
});

describe('what a VE says it has installed', () => {
  const stanza = 'Package: less\nStatus: install ok installed\nVersion: 590-2\nArchitecture: amd64\n';

  it('is read by name', () => {
    const removed = stanza.replace('less', 'gone').replace('ok installed', 'ok config-files');
    expect([...installedVersions(`${stanza}\n${removed}`)]).toEqual([['less', '590-2']]);
  });

  it('reaches apt without anything that does not belong there', () => {
    const odd = `${stanza.trimEnd()}\nDescription: a\u0007b\nHomepage: http://x\n continued\nDepends: libc6\n\nPackage: ../x\n`;
    expect(cleanStatus(odd)).toBe(`${stanza}Depends: libc6\n`);
  });

  it('may be any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        expect(cleanStatus(any)).toMatch(/^[\x20-\x7e\n]*$/);
      }),
    );
  });
});

describe('what apt would do', () => {
  it('is read from its simulation', () => {
    expect(
      parseChange('Inst nginx [1.22.0-1] (1.22.1-9 Debian:12.5/stable, Debian-Security:12/x [amd64])'),
    ).toEqual({
      name: 'nginx',
      version: '1.22.1-9',
      from: '1.22.0-1',
      file: 'nginx_1.22.1-9_amd64.deb',
    });
    expect(parseChange('Inst mariadb (1:10.11.6-0 Debian:12.5/stable [all]) []')).toMatchObject({
      from: null,
      file: 'mariadb_1%3a10.11.6-0_all.deb',
    });
    expect(parseChange('Conf nginx (1.22.1-9 Debian:12.5/stable [amd64])')).toBe(null);
    expect(parseChange('Inst ../../x (1 y [amd64])')).toBe(null);
  });
});
