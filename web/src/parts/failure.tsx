import { CodedError } from '@insula/contract';
import { Alert, Button, Group, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { text } from '../text/index.ts';

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** An error of the node: what failed, and what to do about it. */
export function Failure({ error, onRetry }: FailureProps) {
  const coded = error instanceof CodedError ? error : null;
  const what = sentence(coded?.message ?? (error instanceof Error ? error.message : String(error)));
  return (
    <Alert color="red" variant="light" role="alert" icon={<CircleAlert size={16} />} title={what} p="sm">
      {coded && (
        <Text size="sm" c="var(--mantine-color-text)">
          {sentence(coded.hint)}
        </Text>
      )}
      {onRetry && (
        <Group mt="xs">
          <Button variant="default" onClick={onRetry}>
            {text.common.retry}
          </Button>
        </Group>
      )}
    </Alert>
  );
}

/** The catalogue writes without a capital and a full stop. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
