import type { GuestFile } from '@insula/contract';
import { Anchor, Breadcrumbs, FileButton, Group, Stack, Text } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { FolderPlus, Upload } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { outdated } from '../../../calls/reads.ts';
import { Action } from '../../../parts/action.tsx';
import { edit } from '../../../parts/acts.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';
import type { PanelProps, ShownVe } from '../tabs.ts';
import { FileAttributes } from './file-attributes.tsx';
import { FileEditor } from './file-editor.tsx';
import { FileList } from './file-list.tsx';
import { FileNameDialog } from './file-name-dialog.tsx';
import type { FileVerb } from './file-row.tsx';
import { FileUploads, useUploads } from './file-uploads.tsx';
import { partsOf } from './guest-path.ts';

/** Files of the VE, as its own root sees and changes them. The folder stands in the address. */
export function FilesPanel({ ve }: PanelProps) {
  const refused = useRefusal()('file.list', ve);
  const { path = '/' } = useSearch({ strict: false });
  // what is on its way goes on while one looks at other folders
  const uploads = useUploads(ve.uuid);
  if (refused !== null) return <Refused reason={refused} />;
  return <Folder key={path} ve={ve} path={path} uploads={uploads} />;
}

interface PathProps {
  readonly ve: ShownVe;
  readonly path: string;
}

interface FolderProps extends PathProps {
  readonly uploads: ReturnType<typeof useUploads>;
}

function Folder({ ve, path, uploads: { uploads, add, cancel, replace, forget } }: FolderProps) {
  const refusal = useRefusal();
  const [asks, setAsks] = useState<{ readonly verb: FileVerb; readonly file: GuestFile } | 'mkdir' | null>(
    null,
  );
  const words = text.files;
  const close = () => setAsks(null);
  const writing = refusal('file.write', ve);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    if (writing === null) add(path, [...event.dataTransfer.files]);
  };
  const remove = async (file: GuestFile) => {
    const query = { path: file.path, ...(file.kind === 'directory' ? { recursive: true } : {}) };
    await edit('file.remove', { params: { ve: ve.uuid }, query }, words.removed(visibleText(file.name)));
    outdated('file.list');
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button does the same
    <div onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Path ve={ve} path={path} />
          <Group gap="xs">
            <Action
              refusal={refusal('file.mkdir', ve)}
              leftSection={<FolderPlus size={14} aria-hidden />}
              onClick={() => setAsks('mkdir')}
            >
              {words.newFolder}
            </Action>
            <FileButton multiple onChange={(files) => add(path, files)}>
              {({ onClick }) => (
                <Action refusal={writing} leftSection={<Upload size={14} aria-hidden />} onClick={onClick}>
                  {words.upload}
                </Action>
              )}
            </FileButton>
          </Group>
        </Group>
        <FileUploads uploads={uploads} onCancel={cancel} onReplace={replace} onForget={forget} />
        <FileList ve={ve} path={path} onAsk={(verb, file) => setAsks({ verb, file })} />
      </Stack>
      {asks === 'mkdir' && <FileNameDialog ve={ve} folder={path} file={null} onClose={close} />}
      {asks !== null && asks !== 'mkdir' && asks.verb === 'open' && (
        <FileEditor ve={ve} file={asks.file} onClose={close} />
      )}
      {asks !== null && asks !== 'mkdir' && asks.verb === 'rename' && (
        <FileNameDialog ve={ve} folder={path} file={asks.file} onClose={close} />
      )}
      {asks !== null && asks !== 'mkdir' && asks.verb === 'attributes' && (
        <FileAttributes ve={ve} file={asks.file} onClose={close} />
      )}
      {asks !== null && asks !== 'mkdir' && asks.verb === 'remove' && (
        <Confirm
          title={words.removeTitle}
          help={
            <>
              <Text size="sm" ff="monospace" mb="xs">
                <bdi>{visibleText(asks.file.name)}</bdi>
              </Text>
              {asks.file.kind === 'directory' ? words.removeFolderHelp : words.removeHelp}
            </>
          }
          verb={words.remove}
          onClose={close}
          onConfirm={() => void remove(asks.file)}
        />
      )}
    </div>
  );
}

/** The way to a folder, each part of it a link. */
function Path({ ve, path }: PathProps) {
  const parts = [{ name: '/', path: '/' }, ...partsOf(path)];
  return (
    <nav aria-label={text.files.path} style={{ minWidth: 0 }}>
      <Breadcrumbs separator="›" separatorMargin={6} style={{ flexWrap: 'wrap' }}>
        {parts.map((part, index) => (
          <Anchor
            key={part.path}
            size="sm"
            ff="monospace"
            {...(index === parts.length - 1 ? { 'aria-current': 'page' as const, fw: 600 } : {})}
            renderRoot={(props) => (
              <Link
                to="/ves/$ve/$tab"
                params={{ ve: ve.uuid, tab: 'files' }}
                search={{ path: part.path }}
                {...props}
              />
            )}
          >
            <bdi>{visibleText(part.name)}</bdi>
          </Anchor>
        ))}
      </Breadcrumbs>
    </nav>
  );
}
