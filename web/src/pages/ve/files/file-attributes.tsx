import type { GuestFile } from '@insula/contract';
import { Checkbox, Group, NumberInput, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../../calls/client.ts';
import { outdated } from '../../../calls/reads.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
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
  const form = useForm<{ mode: string; uid: number | string; gid: number | string }>({
    initialValues: { mode: file.mode, uid: file.uid, gid: file.gid },
  });
  const { mode } = form.values;
  const isMode = /^[0-7]{3,4}$/.test(mode);
  return (
    <FormModal
      title={words.attributes}
      verb={text.common.save}
      form={form}
      isReady={isMode || isLink}
      onSubmit={async ({ uid, gid }) => {
        const body = {
          ...(isLink || mode === file.mode ? {} : { mode }),
          ...(uid === file.uid ? {} : { uid: Number(uid) }),
          ...(gid === file.gid ? {} : { gid: Number(gid) }),
        };
        if (Object.keys(body).length === 0) return;
        await call('file.set', { params: { ve: ve.uuid }, query: { path: file.path }, body });
        outdated('file.list');
      }}
      onClose={onClose}
    >
      <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        <bdi>{visibleText(file.name)}</bdi>
      </Text>
      {!isLink && (
        <>
          <TextInput
            label={words.mode}
            maxLength={4}
            data-autofocus
            {...form.getInputProps('mode')}
            {...(isMode ? {} : { error: words.badMode })}
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
                          form.setFieldValue(
                            'mode',
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
        <NumberInput label={words.owner} min={0} max={65_535} {...form.getInputProps('uid')} />
        <NumberInput label={words.group} min={0} max={65_535} {...form.getInputProps('gid')} />
      </Group>
      <Text size="xs" c="dimmed">
        {words.idsHelp}
      </Text>
    </FormModal>
  );
}

const bitsOf = (mode: string) => Number.parseInt(mode, 8);

/** The bit of a right of a class: 0400 for what the owner may read. */
const bitAt = (row: number, column: number) => 0o400 >> (row * 3 + column);
