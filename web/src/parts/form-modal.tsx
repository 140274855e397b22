import { Button, Group, Modal, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { text } from '../text/index.ts';
import { Failure } from './failure.tsx';
import { showAtField } from './form-failure.ts';

interface FormModalProps<Values extends Record<string, unknown>> {
  readonly title: string;
  readonly verb: string;
  readonly form: UseFormReturnType<Values>;
  /** Does it; what it throws is shown at its field, and the form stays as it was typed. */
  readonly onSubmit: (values: Values) => Promise<void>;
  readonly onClose: () => void;
  /** What is told in the corner once it is done. */
  readonly done?: string;
  readonly color?: string;
  readonly size?: string;
  /** Whether there is something to send yet. */
  readonly isReady?: boolean;
  /** Fields that are not shown now: no error can be shown at them. */
  readonly hidden?: readonly string[];
  /** It is not closed when it is done: something else is shown then. */
  readonly stays?: boolean;
  readonly children: ReactNode;
}

/** A form in a window over the page: it closes once the node has done what was asked. */
export function FormModal<Values extends Record<string, unknown>>({
  title,
  verb,
  form,
  onSubmit,
  onClose,
  done,
  color,
  size = 'md',
  isReady = true,
  hidden = [],
  stays = false,
  children,
}: FormModalProps<Values>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = form.onSubmit(async (values) => {
    if (!isReady) return;
    setBusy(true);
    setError(null);
    form.clearErrors();
    try {
      await onSubmit(values);
      if (!stays) onClose();
      if (done !== undefined) notifications.show({ message: done, color: 'teal', autoClose: 3000 });
    } catch (failure) {
      const shown = fieldsOf(form.getValues()).filter((name) => !hidden.includes(name));
      if (!showAtField(form, shown, failure)) setError(failure);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {children}
          {error !== null && <Failure error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button
              type="submit"
              loading={busy}
              disabled={!isReady}
              {...(color === undefined ? {} : { color })}
            >
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What an error can be shown at: the fields, and those within a field. */
function fieldsOf(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [name, ...Object.keys(value).map((key) => `${name}.${key}`)]
      : [name],
  );
}
