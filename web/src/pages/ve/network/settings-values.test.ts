import { describe, expect, test } from 'vitest';
import { changeOf, valuesOf } from './settings-values.ts';

const settings = {
  dns: { servers: ['192.0.2.53'], search: [] },
  forwards: ['tcp:8080:80', 'udp:5000-5010'],
  rates: [],
  ratebound: false,
  groups: ['shop'],
  netfilter: 'full' as const,
};

describe('the form of the network', () => {
  test('sends nothing when nothing was changed', () => {
    expect(changeOf(settings, valuesOf(settings))).toBeNull();
  });

  test('sends what was changed, and of name servers and domains each by itself', () => {
    const typed = valuesOf(settings);
    expect(changeOf(settings, { ...typed, forwards: 'tcp:8080:80', ratebound: true })).toEqual({
      forwards: ['tcp:8080:80'],
      ratebound: true,
    });
    const dns = { ...typed.dns, search: 'example.org  example.net' };
    expect(changeOf(settings, { ...typed, dns, groups: '' })).toEqual({
      dns: { search: ['example.org', 'example.net'] },
      groups: [],
    });
  });
});
