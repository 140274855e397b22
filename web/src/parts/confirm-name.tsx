import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { text } from '../text/index.ts';

interface Question {
  readonly title: string;
  readonly help: string;
  /** What must be typed. */
  readonly name: string;
  readonly verb: string;
  readonly onConfirm: () => unknown;
}

/**
 * Asks for the name of what is about to be lost, so that nobody loses the wrong thing: what asks, and the window with what was asked,
 * which stands anywhere on the page.
 */
export function useConfirmName(): readonly [ask: (question: Question) => void, window: ReactNode] {
  const [question, setQuestion] = useState<Question | null>(null);
  return [setQuestion, question && <ConfirmName {...question} onClose={() => setQuestion(null)} />];
}

interface ConfirmNameProps extends Question {
  readonly onClose: () => void;
}

/** The window itself, for what may change while it is open. */
export function ConfirmName({ title, help, name, verb, onConfirm, onClose }: ConfirmNameProps) {
  const [typed, setTyped] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (typed !== name) return;
    onClose();
    onConfirm();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': text.common.close }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{help}</Text>
          <TextInput
            label={text.confirm.typeName(name)}
            value={typed}
            onChange={({ currentTarget: { value } }) => setTyped(value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button type="submit" color="red" disabled={typed !== name}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
