import type { GuestFile } from '@insula/contract';
import { Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../../calls/client.ts';
import { outdated } from '../../../calls/reads.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
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
  const form = useForm({ initialValues: { name: file?.name ?? '' } });
  const { name } = form.values;
  const problem =
    name === '.' || name === '..' || (name.includes('/') && (file === null || !name.startsWith('/')))
      ? words.badName
      : null;
  return (
    <FormModal
      title={file === null ? words.newFolder : words.rename}
      verb={text.common.save}
      form={form}
      isReady={name !== '' && problem === null}
      onSubmit={async () => {
        const params = { ve: ve.uuid };
        const to = name.startsWith('/') ? name : childOf(folder, name);
        if (file === null) await call('file.mkdir', { params, body: { path: to } });
        else await call('file.rename', { params, body: { path: file.path, to } });
        outdated('file.list');
      }}
      onClose={onClose}
    >
      {file !== null && (
        <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          <bdi>{visibleText(file.name)}</bdi>
        </Text>
      )}
      <TextInput
        label={file === null ? words.name : words.newName}
        {...(file === null ? {} : { description: words.newNameHelp })}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        {...form.getInputProps('name')}
        {...(problem === null ? {} : { error: problem })}
      />
    </FormModal>
  );
}
