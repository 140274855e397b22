import type { Command, CommandOption } from '@insula/contract';

/** An option that the command line deals with itself. */
export function ownOption(
  option: Pick<CommandOption, 'flag' | 'description'> & Partial<CommandOption>,
): CommandOption {
  return {
    aliases: [],
    place: 'own',
    path: [],
    kind: 'boolean',
    placeholder: '',
    required: false,
    negatable: false,
    nullable: false,
    ...option,
  };
}

/** Understood by every command, before and after its verb. */
export const commonOptions: readonly CommandOption[] = [
  ownOption({ flag: 'json', description: 'Print the answer of the API as JSON' }),
  ownOption({ flag: 'quiet', short: 'q', description: 'Print errors only' }),
  ownOption({ flag: 'debug', description: 'Show the requests to insulad, with timings, on standard error' }),
  ownOption({
    flag: 'socket',
    kind: 'string',
    placeholder: 'path',
    description: 'Socket of insulad; else $INSULA_SOCKET',
    default: '/run/insula/insulad.sock',
  }),
  ownOption({
    flag: 'profile',
    kind: 'string',
    placeholder: 'name',
    description: 'Node to ask, of those logged in to, or local; else $INSULA_PROFILE, or the last login',
  }),
];

const tableOptions: readonly CommandOption[] = [
  ownOption({
    flag: 'output',
    short: 'o',
    kind: 'list',
    placeholder: 'column,...',
    description: 'Columns to show',
  }),
  ownOption({
    flag: 'sort',
    short: 's',
    kind: 'list',
    placeholder: '[-]column,...',
    description: 'Sort by these columns, with - from the highest down',
  }),
  ownOption({ flag: 'no-header', description: 'Leave the header line out' }),
];

const filterOption = ownOption({
  flag: 'filter',
  kind: 'list',
  placeholder: 'filter,...',
  description: 'Only rows that pass: key=value, key!=value, key~part; several must all pass',
});

const changeOptions: readonly CommandOption[] = [
  ownOption({
    flag: 'wait',
    negatable: true,
    description: 'Wait for the end of the operation (default); else print its id',
  }),
  ownOption({
    flag: 'on-interrupt',
    kind: 'enum',
    values: ['cancel', 'detach'],
    placeholder: 'cancel|detach',
    default: 'cancel',
    description: 'What Ctrl-C does to the operation: cancel it, or let it go on alone',
  }),
];

/** The options that a command has besides those of its call. */
export function ownOptionsOf(
  command: Pick<Command, 'operation' | 'columns' | 'each' | 'own' | 'secrets'>,
): readonly CommandOption[] {
  const { operation, columns, each } = command;
  const table = operation?.kind === 'read' && columns.length > 0;
  return [
    ...(table ? tableOptions : []),
    ...(each === 've' ? [ownOption({ flag: 'all', description: 'All VEs whose state allows it' })] : []),
    ...(table || each === 've' ? [filterOption] : []),
    ...(operation?.kind === 'change' ? changeOptions : []),
    ...(command.secrets ?? [])
      .filter(({ required }) => !required)
      .map(({ field, description }) => ownOption({ flag: field, description: `Ask for it: ${description}` })),
    ...(asksBefore(command) ? [ownOption({ flag: 'yes', description: 'Do not ask' })] : []),
  ];
}

/** Whether the command asks for the names of its targets before it does something: where VEs would be lost. */
export function asksBefore({ operation, each }: Pick<Command, 'operation' | 'each'>): boolean {
  return operation?.permission === 've.destroy' && each === 've';
}
