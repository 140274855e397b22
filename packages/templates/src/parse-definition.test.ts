import type { CodedError } from '@insula/contract';
import { describe, expect, it } from 'vitest';
import { parseDefinition, parseGuestProfile } from './parse-definition.ts';

const valid = `
name: small
title: A small system
distribution: debian
release: '12'
init: systemd
source: { kind: mmdebstrap, suite: bookworm }
minimumFreeBytes: 1000
`;

const refusal = (text: string): string => {
  try {
    parseDefinition(text, 'small.yaml');
  } catch (error) {
    expect((error as CodedError).code).toBe('invalid_input');
    return (error as Error).message;
  }
  return 'accepted';
};

describe('a template definition', () => {
  it('gets the defaults of what it leaves out', () => {
    expect(parseDefinition(valid, 'small.yaml')).toEqual({
      name: 'small',
      title: 'A small system',
      distribution: 'debian',
      release: '12',
      init: 'systemd',
      source: {
        kind: 'mmdebstrap',
        suite: 'bookworm',
        variant: 'minbase',
        components: ['main'],
        pockets: ['updates', 'security'],
      },
      minimumFreeBytes: 1000,
      packages: [],
      files: [],
      scripts: [],
    });
  });

  it('may extend another with nothing but additions', () => {
    expect(
      parseDefinition('{name: web, title: Web, extends: small, packages: [nginx]}', 'web.yaml'),
    ).toMatchObject({
      extends: 'small',
      packages: ['nginx'],
    });
  });

  it.each([
    ['an unknown field', `${valid}pakages: [curl]`, 'small.yaml: pakages: unknown field'],
    [
      'an unknown field of the source',
      valid.replace('suite:', 'sweet: x, suite:'),
      'small.yaml: source.sweet: unknown field',
    ],
    [
      'an unknown field of a file',
      `${valid}files: [{path: /a, content: x, owner: root}]`,
      'small.yaml: files[0].owner: unknown field',
    ],
    ['a field that is missing', valid.replace('init: systemd', ''), 'small.yaml: init: is missing'],
    ['another init', valid.replace('init: systemd', 'init: upstart'), 'small.yaml: init: '],
    ['a name that is a path', valid.replace('name: small', 'name: ../small'), 'small.yaml: name: '],
    ['a package that is an option', `${valid}packages: ['--force']`, 'small.yaml: packages[0]: '],
    ['a list in a package', `${valid}packages: ['curl,wget']`, 'small.yaml: packages[0]: '],
    [
      'a file outside of the system',
      `${valid}files: [{path: /etc/../../x, content: y}]`,
      'small.yaml: files[0].path: ',
    ],
    ['a file that is relative', `${valid}files: [{path: etc/x, content: y}]`, 'small.yaml: files[0].path: '],
    [
      'a mode that YAML reads as a number',
      `${valid}files: [{path: /x, content: y, mode: 755}]`,
      'small.yaml: files[0].mode: ',
    ],
    [
      'a mirror with blanks',
      valid.replace('suite: bookworm', 'suite: bookworm, mirror: "http://a b"'),
      'small.yaml: source.mirror: ',
    ],
    ['init in a template that extends another', `${valid}extends: other`, 'unknown field'],
    ['a key twice', `${valid}name: other`, 'small.yaml: not YAML: '],
    ['text that is no YAML', '{', 'small.yaml: not YAML: '],
    ['a list', '[]', 'small.yaml: '],
    ['nothing', '', 'small.yaml: '],
  ])('is refused with %s', (_what, text, message) => {
    expect(refusal(text)).toContain(message);
  });

  it('cannot use aliases to grow without end', () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]`;
    expect(refusal(bomb)).toContain('not YAML: ');
  });
});

describe('an init profile', () => {
  it('is refused with an unknown field', () => {
    expect(() => parseGuestProfile('{init: systemd, finnish: []}', 'p.yaml')).toThrow(
      'p.yaml: finnish: unknown field',
    );
  });
});
