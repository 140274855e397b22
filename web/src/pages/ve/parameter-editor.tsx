import {
  CodedError,
  findParameter,
  formatAmount,
  type ParameterUse,
  type ParameterValue,
  parseAmount,
  rangeText,
  type VeDetail,
} from '@insula/contract';
import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { Pencil } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { outdated } from '../../calls/reads.ts';
import { change } from '../../parts/acts.ts';
import { sentence } from '../../parts/failure.tsx';
import { text } from '../../text/index.ts';

interface ParameterEditorProps {
  readonly ve: VeDetail;
  readonly use: ParameterUse;
  readonly refusal: string | null;
}

/** Changes one parameter, as it would be written on the command line: `512M`, `400M:512M`, `unlimited`. */
export function ParameterEditor({ ve, use, refusal }: ParameterEditorProps) {
  const [opened, setOpened] = useState(false);
  const reason = refusal ?? (use.state === 'unavailable' ? use.note : null);
  const label = text.resources.changeOf(use.parameter);
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      {...(reason === null
        ? { onClick: () => setOpened(!opened), title: label }
        : { 'data-disabled': true, 'aria-disabled': true, 'aria-description': reason })}
    >
      <Pencil size={14} />
    </ActionIcon>
  );
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={320}
      position="bottom-end"
      trapFocus
      withArrow
      shadow="md"
    >
      <Popover.Target>{reason === null ? button : <Tooltip label={reason}>{button}</Tooltip>}</Popover.Target>
      <Popover.Dropdown ta="left">
        <Form ve={ve} use={use} onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

interface FormProps {
  readonly ve: VeDetail;
  readonly use: ParameterUse;
  readonly onDone: () => void;
}

function Form({ ve, use, onDone }: FormProps) {
  const row = findParameter(use.parameter);
  const [typed, setTyped] = useState(() => currentText(ve, use));
  const [problem, setProblem] = useState<string | null>(null);
  const [hint, setHint] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (row === undefined) return null;

  const send = async (read: () => ParameterValue | null) => {
    setBusy(true);
    setProblem(null);
    setHint(null);
    try {
      const value = read();
      await change('ve.set', { params: { ve: ve.uuid }, body: { parameters: { [row.name]: value } } });
      outdated('ve.limits');
      onDone();
    } catch (error) {
      setProblem(sentence(error instanceof Error ? error.message : String(error)));
      setHint(error instanceof CodedError ? sentence(error.hint) : null);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void send(() => parseAmount(row, typed.trim()));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={row.name}
          description={`${row.text}: ${rangeText(row)}`}
          value={typed}
          onChange={({ currentTarget: { value } }) => setTyped(value)}
          error={problem}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        {hint !== null && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
        <Group justify="space-between" gap="xs">
          <Button variant="subtle" color="gray" onClick={() => void send(() => null)} disabled={busy}>
            {text.resources.toDefault(formatAmount(row, row.default))}
          </Button>
          <Button type="submit" loading={busy}>
            {text.common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What is set now, as one would type it. */
function currentText(ve: VeDetail, use: ParameterUse): string {
  const row = findParameter(use.parameter);
  if (row === undefined) return '';
  const set = (ve.parameters as Readonly<Record<string, ParameterValue | undefined>>)[row.name];
  return formatAmount(row, set ?? row.default);
}
