import { TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { plainInput } from './plain-input.ts';

interface PathFieldProps {
  readonly label: string;
  /** What kind of file it names. */
  readonly help: string;
  readonly inputProps: GetInputPropsReturnType;
}

/** Names a file of the node; the first field of its form. */
export function PathField({ label, help, inputProps }: PathFieldProps) {
  return (
    <TextInput label={label} description={help} required data-autofocus {...plainInput} {...inputProps} />
  );
}
