import { type Command, deriveCommands, operationRows } from '@insula/contract';
import { extraOptions, ownCommands, shortFlags } from './own-commands.ts';
import { commonOptions, ownOptionsOf } from './own-options.ts';

/** Every command of `insula`, those of the operation table first, each with all options but the common ones. */
export const commands: readonly Command[] = [...deriveCommands(operationRows), ...ownCommands].map(
  (command) => {
    const options = [...command.options, ...(extraOptions[nameOf(command)] ?? []), ...ownOptionsOf(command)];
    return {
      ...command,
      positionals: command.positionals.map((positional) =>
        command.own && positional.field === 'command' ? { ...positional, completes: 'command' } : positional,
      ),
      options: options.map((option) => {
        const short = option.short ?? shortFlags[option.flag];
        return short === undefined ? option : { ...option, short };
      }),
    };
  },
);

export { commonOptions };

/** `operation list` */
export function nameOf(command: Pick<Command, 'verb'>): string {
  return command.verb.join(' ');
}
