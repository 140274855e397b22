import { type GuestFile, requestOf, requestPath } from '@insula/contract';
import { Menu, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Cpu, File, FileSymlink, Folder, FolderSymlink, type LucideIcon, Plug } from 'lucide-react';
import { useRefusal } from '../../../access/who.tsx';
import { formatBytes, formatDateTime } from '../../../parts/format.ts';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { RowMenu } from '../../../parts/row-menu.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import classes from './file-list.module.css';

const icons: Readonly<Record<GuestFile['kind'], LucideIcon>> = {
  file: File,
  directory: Folder,
  link: FileSymlink,
  pipe: Plug,
  socket: Plug,
  device: Cpu,
};

/** What a file asks the panel for. */
export type FileVerb = 'open' | 'rename' | 'attributes' | 'remove';

interface FileRowProps {
  readonly ve: ShownVe;
  readonly file: GuestFile;
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly start: number;
  readonly onAsk: (verb: FileVerb, file: GuestFile) => void;
}

export function FileRow({ ve, file, index, start, onAsk }: FileRowProps) {
  const refusal = useRefusal();
  const { kind, targetKind, name, target, mode, uid, gid, sizeBytes, modifiedAt, path } = file;
  const words = text.files;
  const led = targetKind ?? kind;
  const Icon = kind === 'link' && led === 'directory' ? FolderSymlink : icons[kind];
  const shown = visibleText(name);
  const label = (
    <bdi title={target === null ? shown : `${shown} → ${visibleText(target)}`}>
      {shown}
      {target !== null && ` → ${visibleText(target)}`}
    </bdi>
  );
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes['row']}
      data-body
      style={{ transform: `translateY(${start}px)` }}
    >
      <div role="cell" className={classes['cell']} data-column="name">
        <Icon size={15} className={classes['icon']} role="img" aria-label={words.kinds[kind]} />
        {led === 'directory' ? (
          <Link
            to="/ves/$ve/$tab"
            params={{ ve: ve.uuid, tab: 'files' }}
            search={{ path }}
            preload={false}
            className={classes['name']}
          >
            {label}
          </Link>
        ) : led === 'file' ? (
          <UnstyledButton fz="inherit" className={classes['name']} onClick={() => onAsk('open', file)}>
            {label}
          </UnstyledButton>
        ) : (
          <span className={classes['name']}>{label}</span>
        )}
      </div>
      <div role="cell" className={classes['cell']} data-column="size">
        {kind === 'file' ? formatBytes(sizeBytes) : ''}
      </div>
      <div role="cell" className={classes['cell']} data-column="mode">
        {mode}
      </div>
      <div role="cell" className={classes['cell']} data-column="owner">
        {`${uid}:${gid}`}
      </div>
      <div role="cell" className={classes['cell']} data-column="modified">
        {formatDateTime(modifiedAt)}
      </div>
      <div role="cell">
        <RowMenu label={words.actionsOf(shown)}>
          {led === 'file' && (
            <>
              <MenuItem reason={refusal('file.read', ve)} onClick={() => onAsk('open', file)}>
                {words.open}
              </MenuItem>
              <Menu.Item
                component="a"
                href={requestPath(requestOf('file.read', { params: { ve: ve.uuid }, query: { path } }))}
                download={name}
              >
                {words.download}
              </Menu.Item>
            </>
          )}
          <MenuItem reason={refusal('file.rename', ve)} onClick={() => onAsk('rename', file)}>
            {words.rename}
          </MenuItem>
          <MenuItem reason={refusal('file.set', ve)} onClick={() => onAsk('attributes', file)}>
            {words.attributes}
          </MenuItem>
          <MenuItem reason={refusal('file.remove', ve)} color="red" onClick={() => onAsk('remove', file)}>
            {words.remove}
          </MenuItem>
        </RowMenu>
      </div>
    </div>
  );
}
