import type { Command, CommandOption, CommandPositional } from '@insula/contract';
import { ownOption } from './own-options.ts';

const positional = (field: string, rest: Partial<CommandPositional>): CommandPositional => ({
  field,
  place: 'own',
  several: false,
  optional: false,
  description: field,
  ...rest,
});

const ve = positional('ve', { description: 'CTID, name or UUID of a VE', completes: 've' });

const userOption = ownOption({
  flag: 'user',
  short: 'u',
  kind: 'string',
  placeholder: 'user[:group]',
  description: 'User inside the VE; default: root',
});

const environmentOption = ownOption({
  flag: 'env',
  short: 'e',
  kind: 'map',
  placeholder: 'key=value',
  description: 'A variable of the environment; may be given several times',
});

const directoryOption = ownOption({
  flag: 'cwd',
  short: 'w',
  kind: 'string',
  placeholder: 'path',
  description: 'Working directory inside the VE',
});

/** Options that verbs of the operation table have on the command line only, by verb. */
export const extraOptions: Readonly<Record<string, readonly CommandOption[]>> = {
  exec: [
    userOption,
    directoryOption,
    environmentOption,
    ownOption({
      flag: 'tty',
      short: 't',
      negatable: true,
      description: 'Give the command a terminal; default: if standard input and output are one',
    }),
    ownOption({
      flag: 'no-stdin',
      short: 'n',
      description: 'Leave standard input alone, for loops that read from it',
    }),
  ],
  'file put': [
    ownOption({ flag: 'new', description: 'Only if there is no such file yet' }),
    ownOption({
      flag: 'version',
      kind: 'string',
      placeholder: 'version',
      description: 'Only over this version of it, as `insula file show` tells it',
    }),
  ],
  console: [
    ownOption({
      flag: 'replay',
      kind: 'integer',
      minimum: 0,
      maximum: 1_048_576,
      placeholder: 'bytes',
      default: '16384',
      description: 'How much of what was printed before to show first',
    }),
  ],
};

/** One-letter forms of options that derive from calls. */
export const shortFlags: Readonly<Record<string, string>> = { follow: 'f', template: 't' };

export const helpTopics = ['exit-codes', 'parameters', 'filters'] as const;
export type HelpTopic = (typeof helpTopics)[number];

/** Verbs without a call of their own. */
export const ownCommands: readonly Command[] = [
  {
    verb: ['enter'],
    title: 'Enter a VE',
    description: 'Starts a login shell inside a running VE.',
    positionals: [ve],
    options: [userOption, environmentOption],
    columns: [],
    examples: [{ command: 'insula enter web1', text: 'a root shell; leave it with exit or Ctrl-D' }],
    own: true,
  },
  {
    verb: ['cp'],
    title: 'Copy files into or out of a VE',
    description:
      'Copies a file or a folder between the node and a running VE; VE:PATH names the side of the VE. A source folder is copied into a target folder that exists, and under the name of the target otherwise; SOURCE/. copies what is in it. `-` is a tar stream on standard input or output. Files that are copied out belong to the caller and lose set-user-ID bits; devices and sockets are left out.',
    positionals: [
      positional('source', { description: 'Local path, VE:PATH, or - for a tar stream', completes: 'path' }),
      positional('target', { description: 'Local path, VE:PATH, or - for a tar stream', completes: 'path' }),
    ],
    options: [],
    columns: [],
    examples: [
      { command: 'insula cp site/. web1:/var/www/html', text: 'what is in a local folder, into the VE' },
      { command: 'insula cp web1:/etc/nginx nginx', text: 'a folder out of the VE' },
      { command: 'insula cp web1:/var/log - | tar -t', text: 'as a tar stream' },
    ],
    own: true,
  },
  {
    verb: ['login'],
    title: 'Log in to a node',
    description:
      'Logs in to a node elsewhere: from then on commands go there, by a token of the user that ends after 30 days. The fingerprint of its authority is compared once; the password is asked for.',
    positionals: [positional('url', { description: 'https://NAME:PORT; default port: 4648' })],
    options: [
      ownOption({
        flag: 'user',
        short: 'u',
        kind: 'string',
        placeholder: 'name',
        description: 'User; default: $USER',
      }),
      ownOption({
        flag: 'fingerprint',
        kind: 'string',
        placeholder: 'sha256',
        description: 'What `insula authority show` shows on the node; else it is asked for',
      }),
      ownOption({
        flag: 'code',
        kind: 'string',
        placeholder: 'digits',
        description: 'Code of the second factor; else it is asked for when needed',
      }),
      ownOption({
        flag: 'name',
        kind: 'string',
        placeholder: 'name',
        description: 'Name of the profile; default: the host',
      }),
    ],
    columns: [],
    examples: [
      { command: 'insula login https://node1.example.org --user alice', text: 'asks for the password' },
    ],
    own: true,
  },
  {
    verb: ['logout'],
    title: 'Log out of a node',
    description: 'Revokes the token of a login and forgets it; commands go to the local node again.',
    positionals: [],
    options: [
      ownOption({
        flag: 'name',
        kind: 'string',
        placeholder: 'name',
        description: 'Name of the profile; default: the last login',
      }),
    ],
    columns: [],
    examples: [{ command: 'insula logout', text: 'of the last one' }],
    own: true,
  },
  {
    verb: ['completion'],
    title: 'Print a completion script',
    description:
      'Prints the script that makes a shell complete verbs, options and the names of VEs and templates.',
    positionals: [positional('shell', { description: 'bash, zsh or fish', values: ['bash', 'zsh', 'fish'] })],
    options: [],
    columns: [],
    examples: [{ command: 'source <(insula completion bash)', text: 'for this shell' }],
    own: true,
  },
  {
    verb: ['version'],
    title: 'Show versions',
    description: 'Prints the version of insula and, if it answers, of insulad.',
    positionals: [],
    options: [],
    columns: [],
    examples: [{ command: 'insula version --json', text: 'for a script' }],
    own: true,
  },
  {
    verb: ['help'],
    title: 'Show help',
    description: 'Explains a command or a topic: exit-codes, parameters or filters.',
    positionals: [
      positional('topic', {
        description: 'A command or a topic',
        several: true,
        optional: true,
        values: helpTopics,
      }),
    ],
    options: [],
    columns: [],
    examples: [{ command: 'insula help parameters', text: 'units, ranges and defaults' }],
    own: true,
  },
];
