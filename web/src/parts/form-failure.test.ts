import { fault } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { fieldOf, showAtField } from './form-failure.ts';

describe('an error of the node in a form', () => {
  test('is about the field that it names', () => {
    expect(fieldOf(fault('invalid_input', { field: 'dns.servers.0', problem: 'x' }))).toBe('dns.servers.0');
    expect(fieldOf(fault('invalid_parameter', { parameter: 'physpages', problem: 'x' }))).toBe(
      'parameters.physpages',
    );
    expect(fieldOf(fault('name_taken', { name: 'web1' }))).toBe('name');
    expect(fieldOf(fault('busy', {}))).toBeNull();
    expect(fieldOf(new Error('x'))).toBeNull();
  });

  test('is shown there if the form has the field, or the whole that it is part of', () => {
    const shown: string[] = [];
    const form = { setFieldError: (path: string) => shown.push(path) };
    const error = fault('invalid_input', { field: 'addresses.1', problem: 'x' });
    expect(showAtField(form, ['name', 'addresses'], error)).toBe(true);
    expect(showAtField(form, ['name'], error)).toBe(false);
    expect(shown).toEqual(['addresses']);
  });
});
