import type { GuestFile } from '@insula/contract';
import { Alert, Button, Group, Modal, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { outdated } from '../../../calls/reads.ts';
import { isConflict } from '../../../calls/upload.ts';
import { Action } from '../../../parts/action.tsx';
import { Confirm } from '../../../parts/confirm.tsx';
import { Failure } from '../../../parts/failure.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { type OpenedFile, readFile, writeFile } from './file-content.ts';

interface FileEditorProps {
  readonly ve: ShownVe;
  readonly file: GuestFile;
  readonly onClose: () => void;
}

/** A file as text. What was typed stays whatever the node says, until somebody says that it may go. */
export function FileEditor({ ve, file: { path, name }, onClose }: FileEditorProps) {
  const words = text.files;
  const [opened, setOpened] = useState<OpenedFile | null>(null);
  /** What somebody else wrote meanwhile. */
  const [theirs, setTheirs] = useState<OpenedFile | null>(null);
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [leaves, setLeaves] = useState(false);
  const isPhone = useMediaQuery('(max-width: 48em)');
  const refusal = useRefusal()('file.write', ve);

  const take = (found: OpenedFile) => {
    setOpened(found);
    setTheirs(null);
    setTyped(found.content.kind === 'text' || found.content.kind === 'mixed' ? found.content.text : '');
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, when it is opened
  useEffect(() => {
    const controller = new AbortController();
    readFile(ve.uuid, path, controller.signal).then(take, (failure: unknown) => {
      if (!controller.signal.aborted) setError(failure);
    });
    return () => controller.abort();
  }, [ve.uuid, path]);

  const content = opened?.content;
  const isDirty = content?.kind === 'text' && typed !== content.text;
  const save = async (over: OpenedFile | null) => {
    if (over === null || content?.kind !== 'text') return;
    setBusy(true);
    setError(null);
    try {
      const { version } = await writeFile(ve.uuid, path, { ...content, text: typed }, over.version);
      setOpened({ version, content: { ...content, text: typed } });
      setTheirs(null);
      outdated('file.list');
    } catch (failure) {
      if (isConflict(failure)) setTheirs(await readFile(ve.uuid, path).catch(() => null));
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const close = () => (isDirty ? setLeaves(true) : onClose());

  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      fullScreen={isPhone === true}
      title={
        <Text ff="monospace" size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          <bdi>{visibleText(name)}</bdi>
        </Text>
      }
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <Stack gap="sm">
        {opened === null && error === null && <Skeleton height={280} />}
        {content?.kind === 'binary' && <Text size="sm">{words.binary}</Text>}
        {content?.kind === 'large' && <Text size="sm">{words.large}</Text>}
        {content?.kind === 'mixed' && <Alert color="yellow">{words.mixed}</Alert>}
        {(content?.kind === 'text' || content?.kind === 'mixed') && (
          <Textarea
            aria-label={words.content(visibleText(name))}
            value={typed}
            onChange={({ currentTarget: { value } }) => setTyped(value)}
            readOnly={content.kind === 'mixed' || refusal !== null}
            autosize
            minRows={14}
            maxRows={isPhone === true ? 24 : 28}
            spellCheck={false}
            autoCapitalize="off"
            styles={{
              input: {
                fontFamily: 'var(--mantine-font-family-monospace)',
                whiteSpace: 'pre',
                overflowX: 'auto',
              },
            }}
            data-autofocus
          />
        )}
        {theirs !== null && (
          <Alert
            color="yellow"
            role="alert"
            title={words.conflict}
            styles={{ title: { color: 'var(--mantine-color-text)' } }}
          >
            <Stack gap="xs">
              <Text size="sm">{words.conflictHelp}</Text>
              {theirs.content.kind === 'text' && (
                <Textarea
                  aria-label={words.theirs}
                  label={words.theirs}
                  value={theirs.content.text}
                  readOnly
                  autosize
                  minRows={3}
                  maxRows={10}
                  styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                />
              )}
              <Group gap="xs">
                <Button variant="default" loading={busy} onClick={() => void save(theirs)}>
                  {words.overwrite}
                </Button>
                <Button variant="default" onClick={() => take(theirs)}>
                  {words.takeTheirs}
                </Button>
              </Group>
            </Stack>
          </Alert>
        )}
        {error !== null && theirs === null && <Failure error={error} />}
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {isDirty ? words.unsaved : ''}
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={close}>
              {text.common.close}
            </Button>
            {content?.kind === 'text' && (
              <Action
                variant="filled"
                refusal={refusal}
                loading={busy}
                disabled={refusal === null && !isDirty}
                onClick={() => void save(opened)}
              >
                {text.common.save}
              </Action>
            )}
          </Group>
        </Group>
      </Stack>
      {leaves && (
        <Confirm
          title={words.leaveTitle}
          help={words.leaveHelp}
          verb={words.leave}
          onClose={() => setLeaves(false)}
          onConfirm={onClose}
        />
      )}
    </Modal>
  );
}
