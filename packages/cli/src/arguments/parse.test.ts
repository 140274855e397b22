import { requestPath } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commands, commonOptions, nameOf } from '../commands/table.ts';
import { UsageError } from '../errors/usage-error.ts';
import { helpOf, parseCommandLine } from './parse.ts';
import { buildRequest } from './request.ts';

function parsed(line: string) {
  const result = parseCommandLine(line.split(' '));
  if (result.kind !== 'run') throw new Error(`"${line}" shows something`);
  return result;
}

function requestOf(line: string) {
  const { command, positionals, options } = parsed(line);
  if (!command.operation) throw new Error(`"${line}" makes no call`);
  const first = Object.fromEntries(
    Object.entries(positionals).map(([field, [value]]) => [field, value] as const),
  );
  return buildRequest({ ...command, operation: command.operation }, first, options);
}

function refusal(line: string): UsageError {
  try {
    parsed(line);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`"${line}" is accepted`);
}

describe('a command line', () => {
  test('options become fields of the body, nested and with units', () => {
    const { body } = requestOf(
      'create web1 --template debian-12 --ram 1G --cpulimit 150% --dns-servers 1.1.1.1,8.8.8.8 --capabilities-add CAP_SYSLOG --onboot yes --user-data a=b --no-protected --start',
    );
    expect(body).toEqual({
      name: 'web1',
      template: 'debian-12',
      parameters: { physpages: 2 ** 30, cpulimit: 150 },
      dns: { servers: ['1.1.1.1', '8.8.8.8'] },
      capabilities: { add: ['CAP_SYSLOG'] },
      onboot: 'yes',
      userData: { a: 'b' },
      protected: false,
      start: true,
    });
  });

  test('what is not given is not sent', () => {
    expect(requestOf('create --template debian-12').body).toEqual({ template: 'debian-12' });
    expect(requestOf('start web1')).not.toHaveProperty('body');
    expect(requestOf('start web1').query).toEqual({});
  });

  test('options of the query go there', () => {
    const request = requestOf('destroy web1 --force --if-busy wait --dry-run');
    expect(request.query).toEqual({ force: 'true', ifBusy: 'wait', dryRun: 'true' });
    expect(requestPath(request)).toBe('/v1/ves/web1?ifBusy=wait&dryRun=true&force=true');
  });

  test('a parameter is known by both of its names', () => {
    expect(requestOf('set web1 --physpages 1G').body).toEqual(requestOf('set web1 --ram 1G').body);
  });

  test('set without a setting is refused before anything is sent', () => {
    expect(() => requestOf('set web1')).toThrow('nothing to change');
  });

  test('common options may stand before and after the verb', () => {
    expect(parsed('--json list').options.boolean('json')).toBe(true);
    expect(parsed('list --json').options.boolean('json')).toBe(true);
    expect(parsed('--socket /s list').options.text('socket')).toBe('/s');
    expect(parsed('operation list --debug').options.boolean('debug')).toBe(true);
  });

  test('--no-wait is told from --wait and from neither', () => {
    expect(parsed('start a --no-wait').options.boolean('wait')).toBe(false);
    expect(parsed('start a --wait').options.boolean('wait')).toBe(true);
    expect(parsed('start a').options.boolean('wait')).toBeUndefined();
  });

  test('a sort column may begin with a dash', () => {
    expect(parsed('list -s -ctid').options.list('sort')).toEqual(['-ctid']);
  });

  test('words behind the VE of exec belong to the command inside', () => {
    const command = (line: string) => parsed(line).positionals['command'];
    expect(command('exec web1 ls -la --json')).toEqual(['ls', '-la', '--json']);
    expect(command('exec web1 -- ls -la')).toEqual(['ls', '-la']);
    expect(command('exec --user root web1 ls -u')).toEqual(['ls', '-u']);
    expect(command('exec web1 -u root -e A=1 env -i')).toEqual(['env', '-i']);
    expect(command('exec -uroot web1 --cwd=/srv ls --')).toEqual(['ls', '--']);
    expect(parsed('exec web1 -u root -- id -u').options.text('user')).toBe('root');
  });

  test('an unknown command names the nearest', () => {
    expect(refusal('lits')).toMatchObject({ message: 'unknown command "lits"', hint: 'did you mean list?' });
    expect(refusal('operation shwo x')).toMatchObject({
      message: 'unknown command "shwo"',
      hint: 'did you mean show?',
    });
  });

  test('an unknown option names the nearest, parameters included', () => {
    expect(refusal('set web1 --rma 1G')).toMatchObject({
      message: 'unknown option --rma',
      hint: 'did you mean --ram?',
    });
    expect(refusal('create x --templte d').hint).toBe('did you mean --template?');
    expect(refusal('start x --frobnicate').hint).toContain('insula start --help');
  });

  test('missing and surplus arguments are told', () => {
    expect(refusal('rename web1').message).toBe('rename: name is missing');
    expect(refusal('rename a b c').message).toBe('rename: too many arguments');
    expect(refusal('set web1 --ram').message).toBe('option --ram needs a value');
    expect(refusal('create web1').message).toBe('--template is missing');
  });

  test('groups and the bare program show their help', () => {
    expect(parseCommandLine([])).toMatchObject({ kind: 'show', text: expect.stringContaining('Commands:') });
    expect(parseCommandLine(['operation'])).toMatchObject({
      kind: 'show',
      text: expect.stringContaining('cancel'),
    });
    expect(parseCommandLine(['list', '--help'])).toMatchObject({
      kind: 'show',
      text: expect.stringContaining('Examples:'),
    });
  });

  test('every command has help that names its options and shows its examples', () => {
    for (const command of commands) {
      const help = helpOf(nameOf(command)) ?? '';
      for (const { flag } of [...command.options, ...commonOptions]) expect(help).toContain(`--${flag}`);
      for (const example of command.examples) expect(help).toContain(example.command);
    }
  });

  test('no option of a call is called as one of the command line', () => {
    for (const { options } of commands) {
      const long = [...options, ...commonOptions].flatMap(({ flag, aliases }) => [flag, ...aliases]);
      expect(new Set(long).size).toBe(long.length);
      const letters = [...options, ...commonOptions].flatMap(({ short }) => short ?? []);
      expect(new Set(letters).size).toBe(letters.length);
    }
  });

  test('whatever is typed is read, shown or refused in words, but never breaks the program', () => {
    const words = commands.flatMap(({ verb }) => verb);
    const flags = commands.flatMap(({ options }) => options.map(({ flag }) => `--${flag}`));
    const word = fc.oneof(
      fc.constantFrom(...words, ...flags, '--', '-', '-o', ''),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        try {
          parseCommandLine(argv);
        } catch (error) {
          expect(['UsageError', 'CodedError']).toContain((error as Error).name);
        }
      }),
      { numRuns: 200 },
    );
  });
});
