import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { defineOperation } from '../operations/definition.ts';
import { operationRows, operationTable } from '../operations/table.ts';
import { parameterTable } from '../parameters/table.ts';
import { deriveCommands } from './derive.ts';

const commands = deriveCommands(operationRows);
const command = (name: string) => {
  const found = commands.find(({ verb }) => verb.join(' ') === name);
  if (!found) throw new Error(`no command ${name}`);
  return found;
};
const flags = (name: string) => command(name).options.map(({ flag }) => flag);

describe('commands from the operation table', () => {
  test('every row with a command line has one command, and no two share a verb', () => {
    const names = commands.map(({ verb }) => verb.join(' '));
    expect(names).toHaveLength(operationRows.filter(({ cli }) => cli).length);
    expect(new Set(names).size).toBe(names.length);
  });

  test('what is given by position is no option', () => {
    expect(command('create').positionals).toMatchObject([{ field: 'name', place: 'body', optional: true }]);
    expect(flags('create')).not.toContain('name');
    expect(command('rename').positionals).toMatchObject([{ place: 'params' }, { place: 'body' }]);
  });

  test('create and set take every parameter', () => {
    for (const { name } of parameterTable) {
      expect(flags('create')).toContain(name);
      expect(flags('set')).toContain(name);
    }
  });

  test('set can give a parameter its default back, create need not', () => {
    const physpages = (name: string) => command(name).options.find(({ flag }) => flag === 'physpages');
    expect(physpages('set')?.nullable).toBe(true);
    expect(physpages('create')?.nullable).toBe(false);
  });

  test('the template is the one thing that create needs', () => {
    expect(
      command('create')
        .options.filter(({ required }) => required)
        .map(({ flag }) => flag),
    ).toEqual(['template']);
  });

  test('a dry run is offered where there is a plan', () => {
    for (const { operation, options } of commands) {
      const offered = options.some(({ flag }) => flag === 'dry-run');
      expect(offered).toBe(operation.planned ?? false);
    }
  });

  test('path parameters complete live names', () => {
    expect(command('start').positionals).toMatchObject([{ field: 've', completes: 've', several: true }]);
    expect(command('template build').positionals).toMatchObject([{ completes: 'template' }]);
  });

  test('every example begins with the verb of its command', () => {
    for (const { verb, examples } of commands) {
      for (const example of examples)
        expect(example.command).toMatch(new RegExp(`^insula ${verb.join(' ')}\\b`));
    }
  });

  test('a positional that is nowhere in the call is refused', () => {
    const row = defineOperation({
      ...operationTable['ve.list'],
      cli: { verb: ['x'], positionals: [{ field: 'y' }], examples: [] },
    });
    expect(() => deriveCommands([row])).toThrow(/positional y/);
  });

  test('two options of one name are refused', () => {
    const same = {
      wait: Type.Optional(Type.Boolean({ 'x-flag': 'ready' })),
      ready: Type.Optional(Type.Boolean()),
    };
    const row = defineOperation({
      ...operationTable['ve.list'],
      body: Type.Object(same),
      cli: { verb: ['x'], positionals: [], examples: [] },
    });
    expect(() => deriveCommands([row])).toThrow(/two options are called --ready/);
  });
});
