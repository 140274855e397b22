import { fault } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { fieldsNamed, showAtField } from './form-failure.ts';

describe('an error of the node in a form', () => {
  test('is about the field that it names', () => {
    const invalid = fault('invalid_input', { field: 'dns.servers.0', problem: 'x' });
    expect(fieldsNamed(invalid)).toEqual(['dns.servers.0']);
    const parameter = fault('invalid_parameter', { parameter: 'physpages', problem: 'x' });
    expect(fieldsNamed(parameter)).toEqual(['parameters.physpages']);
    expect(fieldsNamed(fault('name_taken', { name: 'web1' }))).toEqual(['name']);
    expect(fieldsNamed(fault('busy', {}))).toEqual([]);
    expect(fieldsNamed(new Error('x'))).toEqual([]);
  });

  test('is shown there if the form has the field, or the whole that it is part of', () => {
    const shown: string[] = [];
    const form = { setFieldError: (path: string) => shown.push(path) };
    const error = fault('invalid_input', { field: 'addresses.1', problem: 'x' });
    expect(showAtField(form, ['name', 'addresses'], error)).toBe(true);
    expect(showAtField(form, ['name'], error)).toBe(false);
    expect(shown).toEqual(['addresses']);
  });

  test('is shown at the first of its fields that the form has', () => {
    const shown: string[] = [];
    const form = { setFieldError: (path: string) => shown.push(path) };
    const error = fault('archive_refused', { archive: '/x', problem: 'x' });
    expect(showAtField(form, ['template', 'image'], error)).toBe(true);
    expect(showAtField(form, ['path', 'name'], error)).toBe(true);
    expect(shown).toEqual(['image', 'path']);
  });

  test('is shown at the smallest of fields that lie in one another', () => {
    const shown: string[] = [];
    const form = { setFieldError: (path: string) => shown.push(path) };
    const error = fault('invalid_input', { field: 'dns.servers.0', problem: 'x' });
    expect(showAtField(form, ['dns', 'dns.servers', 'dns.search'], error)).toBe(true);
    expect(shown).toEqual(['dns.servers']);
  });
});
