import type { Command, CommandOption, CommandPositional } from '../../packages/contract/src/index.ts';

/** All forms of an option: `-o`, `--output column,...`. */
export function optionForms({
  flag,
  short,
  aliases,
  placeholder,
  kind,
  negatable,
}: CommandOption): readonly string[] {
  const value = kind === 'boolean' ? '' : ` ${placeholder}`;
  return [
    ...(short === undefined ? [] : [`-${short}${value}`]),
    `--${flag}${value}`,
    ...aliases.map((alias) => `--${alias}${value}`),
    ...(negatable ? [`--no-${flag}`] : []),
  ];
}

/** How positionals are written in a synopsis. */
export function positionalText({ field, several, optional }: CommandPositional, command: Command): string {
  const name = several ? `${field}...` : field;
  return optional || command.options.some(({ flag }) => flag === 'all') ? `[${name}]` : name;
}

export function synopsis(command: Command): string {
  const words = command.positionals.map((positional) => {
    const text = positionalText(positional, command);
    return positional.completes === 'command' ? `-- ${text}` : text;
  });
  return ['insula', ...command.verb, '[options]', ...words].join(' ');
}
