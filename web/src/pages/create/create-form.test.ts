import { describe, expect, test } from 'vitest';
import { bodyOf, emptyForm, formsOf, helpOf, usualParameters } from './create-form.ts';

const form = (change: Partial<typeof emptyForm>) =>
  bodyOf({ ...emptyForm, template: 'debian-12', ...change });

describe('the form for a new VE', () => {
  test('sends only what was filled in', () => {
    expect(form({})).toEqual({ template: 'debian-12', start: true, onboot: 'auto' });
    expect(form({ name: ' web1 ', network: 'none' })).toMatchObject({ name: 'web1', addresses: [] });
    expect(form({ network: 'addresses', addresses: '10.1.0.1,\n pool:public' }).addresses).toEqual([
      '10.1.0.1',
      'pool:public',
    ]);
  });

  test('takes amounts as people write them, and says which one it cannot take', () => {
    expect(form({ parameters: { physpages: '512M', numproc: '' } }).parameters).toEqual({
      physpages: 536_870_912,
    });
    expect(() => form({ parameters: { physpages: 'much' } })).toThrow(/physpages/);
  });

  test('leaves out settings of applications that are not chosen', () => {
    const applicationSettings = { 'nginx.port': '8080', 'redis.port': '1' };
    expect(form({ applications: ['nginx'], applicationSettings }).applicationSettings).toEqual({
      'nginx.port': '8080',
    });
    expect(form({ applicationSettings }).applicationSettings).toBeUndefined();
  });

  test('is sent once for each of many, with names by a pattern', () => {
    const names = (name: string, count: number) =>
      formsOf({ ...emptyForm, name, count }).map((one) => one.name);
    expect(names('web#', 1)).toEqual(['web#']);
    expect(names('web#', 3)).toEqual(['web1', 'web2', 'web3']);
    expect(names('shop-##-a', 2)).toEqual(['shop-01-a', 'shop-02-a']);
    expect(names('db', 2)).toEqual(['db1', 'db2']);
    expect(names('', 2)).toEqual(['', '']);
    expect(names('web#', 100_000)).toHaveLength(200);
  });

  test('asks pools for addresses', () => {
    expect(form({ network: 'pools', pools: ['public', 'six'] }).addresses).toEqual([
      'pool:public',
      'pool:six',
    ]);
  });

  test('knows of each field what it is for', () => {
    for (const field of ['name', 'description', 'template', 'applications', 'hostname', 'addresses'])
      expect(helpOf(field), field).toMatch(/./);
    expect(usualParameters.length).toBeGreaterThan(0);
  });
});
