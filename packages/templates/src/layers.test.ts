import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appletPaths } from './busybox-system.ts';
import { compareVersions, nextVersion } from './layers.ts';

describe('versions of layers', () => {
  it('count up within a day', () => {
    const now = new Date('2026-11-21T23:59:59Z');
    expect(nextVersion([], now)).toBe('20261121.1');
    expect(nextVersion(['20261121.1', '20261120.7'], now)).toBe('20261121.2');
  });

  it('are ordered by number, not by letter', () => {
    expect(['20261121.10', '20261121.9', '20261120.11'].sort(compareVersions)).toEqual([
      '20261120.11',
      '20261121.9',
      '20261121.10',
    ]);
  });

  it('come after all that exist', () => {
    const days = fc.date({ min: new Date('2020-01-01'), max: new Date('2099-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.array(days), days, (earlier, now) => {
        const existing: string[] = [];
        for (const day of earlier.filter((date) => date <= now)) existing.push(nextVersion(existing, day));
        const next = nextVersion(existing, now);
        expect(existing.every((version) => compareVersions(version, next) < 0)).toBe(true);
      }),
    );
  });

  it('are in a total order', () => {
    const version = fc.stringMatching(/^[0-9A-Za-z.]{1,8}$/);
    fc.assert(
      fc.property(version, version, (left, right) => {
        expect(Math.sign(compareVersions(left, right))).toBe(-Math.sign(compareVersions(right, left)) + 0);
      }),
    );
  });
});

describe('the commands of busybox', () => {
  it('are absolute paths without the program itself', () => {
    expect(appletPaths('bin/busybox\nbin/sh\nlinuxrc\nsbin/init\nusr/bin/[\nusr/sbin/httpd\n')).toEqual([
      '/bin/sh',
      '/sbin/init',
      '/usr/bin/[',
      '/usr/sbin/httpd',
    ]);
  });
});
