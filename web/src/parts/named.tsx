import { Text } from '@mantine/core';

interface NamedProps {
  readonly name: string;
  /** What it is, in small letters below. */
  readonly note: string;
}

/** The first cell of a row: what it is called, and what that is. */
export function Named({ name, note }: NamedProps) {
  return (
    <>
      <Text size="sm" fw={500}>
        {name}
      </Text>
      {note !== '' && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </>
  );
}
