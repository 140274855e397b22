import type { GuestFile } from '@insula/contract';
import { Button, Checkbox, Group, Modal, NumberInput, Stack, Table, Text, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { call } from '../../../calls/client.ts';
import { outdated } from '../../../calls/reads.ts';
import { Failure } from '../../../parts/failure.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';

interface FileAttributesProps {
  readonly ve: ShownVe;
  readonly file: GuestFile;
  readonly onClose: () => void;
}

const classes = ['user', 'group', 'others'] as const;
const rights = ['read', 'write', 'execute'] as const;

/** Owner, group and permissions of one name, as digits and as boxes. A link has no permissions. */
export function FileAttributes({ ve, file, onClose }: FileAttributesProps) {
  const words = text.files;
  const isLink = file.kind === 'link';
  const [mode, setMode] = useState(file.mode);
  const [uid, setUid] = useState<number | string>(file.uid);
  const [gid, setGid] = useState<number | string>(file.gid);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const isMode = /^[0-7]{3,4}$/.test(mode);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const body = {
      ...(isLink || mode === file.mode ? {} : { mode }),
      ...(uid === file.uid ? {} : { uid: Number(uid) }),
      ...(gid === file.gid ? {} : { gid: Number(gid) }),
    };
    if (Object.keys(body).length === 0) return onClose();
    setBusy(true);
    setError(null);
    try {
      await call('file.set', { params: { ve: ve.uuid }, query: { path: file.path }, body });
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
      title={words.attributes}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{visibleText(file.name)}</bdi>
          </Text>
          {!isLink && (
            <>
              <TextInput
                label={words.mode}
                value={mode}
                onChange={({ currentTarget: { value } }) => setMode(value)}
                error={isMode ? null : words.badMode}
                maxLength={4}
                data-autofocus
              />
              <Table aria-label={words.mode} highlightOnHover={false} withRowBorders={false}>
                <Table.Tbody>
                  {classes.map((who, row) => (
                    <Table.Tr key={who}>
                      <Table.Th scope="row" fw={500}>
                        {words.classes[who]}
                      </Table.Th>
                      {rights.map((right, column) => (
                        <Table.Td key={right}>
                          <Checkbox
                            size="xs"
                            label={words.rights[right]}
                            aria-label={words.rightOf(words.classes[who], words.rights[right])}
                            disabled={!isMode}
                            checked={isMode && (bitsOf(mode) & bitAt(row, column)) !== 0}
                            onChange={() =>
                              setMode(
                                (bitsOf(mode) ^ bitAt(row, column)).toString(8).padStart(mode.length, '0'),
                              )
                            }
                          />
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </>
          )}
          <Group grow align="flex-start">
            <NumberInput label={words.owner} min={0} max={65_535} value={uid} onChange={setUid} />
            <NumberInput label={words.group} min={0} max={65_535} value={gid} onChange={setGid} />
          </Group>
          <Text size="xs" c="dimmed">
            {words.idsHelp}
          </Text>
          {error !== null && <Failure error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button type="submit" loading={busy} disabled={!isMode && !isLink}>
              {text.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const bitsOf = (mode: string) => Number.parseInt(mode, 8);

/** The bit of a right of a class: 0400 for what the owner may read. */
const bitAt = (row: number, column: number) => 0o400 >> (row * 3 + column);
