import { NumberInput, SimpleGrid, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { text } from '../../../text/index.ts';

interface IdentityFieldsProps {
  readonly propsOf: (field: 'name' | 'ctid' | 'hostname' | 'description') => GetInputPropsReturnType;
  /** What each is when it is left empty. */
  readonly help: {
    readonly name: string;
    readonly ctid: string;
    readonly hostname: string;
    readonly description: string;
  };
}

/** What a VE that is made from another one is called. */
export function IdentityFields({ propsOf, help }: IdentityFieldsProps) {
  const words = text.actions.identity;
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label={words.name}
          description={help.name}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          {...propsOf('name')}
        />
        <NumberInput
          label={words.ctid}
          description={help.ctid}
          allowDecimal={false}
          allowNegative={false}
          hideControls
          {...propsOf('ctid')}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label={words.hostname}
          description={help.hostname}
          autoComplete="off"
          spellCheck={false}
          {...propsOf('hostname')}
        />
        <TextInput label={words.description} description={help.description} {...propsOf('description')} />
      </SimpleGrid>
    </>
  );
}
