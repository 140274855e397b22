import type { GuestFile } from '@insula/contract';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { call } from '../../../calls/client.ts';
import { outdated } from '../../../calls/reads.ts';
import { Failure } from '../../../parts/failure.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { childOf } from './guest-path.ts';

interface FileNameDialogProps {
  readonly ve: ShownVe;
  readonly folder: string;
  /** What gets another name; null: a new folder is made. */
  readonly file: GuestFile | null;
  readonly onClose: () => void;
}

/** Asks for a name in a folder; to rename also for a whole path, which moves. */
export function FileNameDialog({ ve, folder, file, onClose }: FileNameDialogProps) {
  const words = text.files;
  const [name, setName] = useState(file?.name ?? '');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const problem =
    name === '.' || name === '..' || (name.includes('/') && (file === null || !name.startsWith('/')))
      ? words.badName
      : null;
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const params = { ve: ve.uuid };
    const to = name.startsWith('/') ? name : childOf(folder, name);
    try {
      if (file === null) await call('file.mkdir', { params, body: { path: to } });
      else await call('file.rename', { params, body: { path: file.path, to } });
      outdated('file.list');
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={file === null ? words.newFolder : words.rename}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          {file !== null && (
            <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              <bdi>{visibleText(file.name)}</bdi>
            </Text>
          )}
          <TextInput
            label={file === null ? words.name : words.newName}
            {...(file === null ? {} : { description: words.newNameHelp })}
            value={name}
            onChange={({ currentTarget: { value } }) => setName(value)}
            error={problem}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          {error !== null && <Failure error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button type="submit" loading={busy} disabled={name === '' || problem !== null}>
              {text.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
