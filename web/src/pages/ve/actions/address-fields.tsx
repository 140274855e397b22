import { Input, SegmentedControl, Stack, Textarea } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { text } from '../../../text/index.ts';
import { helpOf } from '../../create/create-form.ts';

const kinds = ['automatic', 'addresses', 'none'] as const;

/** How a VE that is made from another one gets its addresses. */
export type AddressKind = (typeof kinds)[number];

interface AddressFieldsProps {
  readonly kind: AddressKind;
  readonly onKind: (kind: AddressKind) => void;
  /** Of the field of addresses; its error is shown whatever is chosen. */
  readonly addresses: GetInputPropsReturnType;
  readonly error: ReactNode;
  /** What it is called when they are not chosen here. */
  readonly automatic?: string;
}

/** Addresses that the node chooses, those that are typed, or none. */
export function AddressFields({ kind, onKind, addresses, error, automatic }: AddressFieldsProps) {
  const words = text.actions.addresses;
  return (
    <Stack gap="xs">
      <Input.Wrapper label={words.label} labelElement="div" error={kind === 'addresses' ? null : error}>
        <SegmentedControl
          display="flex"
          w="fit-content"
          aria-label={words.label}
          value={kind}
          onChange={(value) => onKind(value as AddressKind)}
          data={kinds.map((value) => ({
            value,
            label: value === 'automatic' ? (automatic ?? words.automatic) : words[value],
          }))}
        />
      </Input.Wrapper>
      {kind === 'addresses' && (
        <Textarea
          label={words.addresses}
          description={helpOf('addresses')}
          autosize
          minRows={2}
          spellCheck={false}
          {...addresses}
        />
      )}
    </Stack>
  );
}
