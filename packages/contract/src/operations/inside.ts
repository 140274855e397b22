import { Type } from 'typebox';
import { defineOperation } from './definition.ts';
import { veErrors, veParams } from './parts.ts';

const GuestPath = Type.String({
  pattern: '^/[^\\u0000]*$',
  maxLength: 4096,
  description: 'Absolute path inside the VE',
});

export const veExec = defineOperation({
  id: 've.exec',
  title: 'Run a command in a VE',
  description:
    'Runs a command inside a running VE over a WebSocket: first an ExecRequest, then binary frames of standard input; answers frames of output and at the end a StreamEnd with the exit code. Without a command: a login shell.',
  kind: 'socket',
  method: 'GET',
  path: '/v1/ves/{ve}/exec',
  params: veParams,
  result: Type.Null(),
  errors: [...veErrors, 'wrong_state', 'exec_failed', 'user_not_found'],
  permission: 've.exec',
  states: ['running'],
  cli: {
    verb: ['exec'],
    positionals: [{ field: 've' }, { field: 'command', several: true }],
    own: true,
    examples: [
      {
        command: 'insula exec web1 -- systemctl is-system-running',
        text: 'output and exit code pass through',
      },
      { command: 'insula exec web1 --user www-data --cwd /srv --env A=1 -- env', text: 'as another user' },
    ],
  },
});

export const veConsole = defineOperation({
  id: 've.console',
  title: 'Attach to the console of a VE',
  description:
    'The console (/dev/console) over a WebSocket: first a ConsoleRequest, then what was printed last, then live output.',
  kind: 'socket',
  method: 'GET',
  path: '/v1/ves/{ve}/console',
  params: veParams,
  result: Type.Null(),
  errors: [...veErrors, 'wrong_state'],
  permission: 've.console',
  states: ['running', 'paused'],
  cli: {
    verb: ['console'],
    positionals: [{ field: 've' }],
    own: true,
    examples: [{ command: 'insula console web1', text: 'detach with Ctrl-] and q' }],
  },
});

export const veLog = defineOperation({
  id: 've.log',
  title: 'Console log of a VE',
  description:
    'What the VE printed on its console, also after it has stopped. `boot` is the beginning of the last run, kept apart.',
  kind: 'download',
  method: 'GET',
  path: '/v1/ves/{ve}/log',
  params: veParams,
  query: Type.Object(
    {
      boot: Type.Optional(Type.Boolean({ description: 'The beginning of the last run instead of its end' })),
      previous: Type.Optional(Type.Boolean({ description: 'The run before the last one' })),
      follow: Type.Optional(
        Type.Boolean({ 'x-short': 'f', description: 'Go on with what is printed from now on' }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.String(),
  contentType: 'text/plain; charset=utf-8',
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['log'],
    positionals: [{ field: 've' }],
    own: true,
    examples: [
      { command: 'insula log web1', text: 'the console log' },
      { command: 'insula log web1 --boot', text: 'the beginning of its last boot' },
    ],
  },
});

export const vePull = defineOperation({
  id: 've.files.pull',
  title: 'Copy files out of a VE',
  description: 'A tar stream of a file or folder of a running VE, packed by a process inside it.',
  kind: 'download',
  method: 'GET',
  path: '/v1/ves/{ve}/files',
  params: veParams,
  query: Type.Object({ path: GuestPath }, { additionalProperties: false }),
  result: Type.String(),
  contentType: 'application/x-tar',
  errors: [...veErrors, 'wrong_state', 'file_not_found', 'exec_failed', 'copy_failed'],
  permission: 've.files',
  states: ['running'],
});

export const vePush = defineOperation({
  id: 've.files.push',
  title: 'Copy files into a VE',
  description: 'Unpacks a tar stream in a folder of a running VE, by a process inside it.',
  kind: 'upload',
  method: 'PUT',
  path: '/v1/ves/{ve}/files',
  params: veParams,
  query: Type.Object({ path: GuestPath }, { additionalProperties: false }),
  result: Type.Null(),
  contentType: 'application/x-tar',
  errors: [...veErrors, 'wrong_state', 'file_not_found', 'exec_failed', 'copy_failed'],
  permission: 've.files',
  states: ['running'],
});
