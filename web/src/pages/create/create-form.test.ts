import { describe, expect, test } from 'vitest';
import { bodyOf, emptyForm, helpOf, usualParameters } from './create-form.ts';

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

  test('knows of each field what it is for', () => {
    for (const field of ['name', 'description', 'template', 'applications', 'hostname', 'addresses'])
      expect(helpOf(field), field).toMatch(/./);
    expect(usualParameters.length).toBeGreaterThan(0);
  });
});
