import { ActionIcon, Button, Card, Group, Progress, Stack, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { useCallback, useRef, useState } from 'react';
import { outdated } from '../../../calls/reads.ts';
import { isConflict, upload } from '../../../calls/upload.ts';
import { sentence } from '../../../parts/failure.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';
import { childOf } from './guest-path.ts';

type UploadState =
  | { readonly kind: 'sending'; readonly part: number }
  | { readonly kind: 'exists' }
  | { readonly kind: 'failed'; readonly problem: string };

/** A file and the folder that it goes to. */
interface Waiting {
  readonly id: number;
  readonly file: File;
  readonly folder: string;
}

export interface FileUpload extends Waiting {
  readonly state: UploadState;
  readonly stop: () => void;
}

/** Files that are on their way into folders of a VE. Nothing that is there is replaced before somebody says so. */
export function useUploads(ve: string) {
  const [uploads, setUploads] = useState<readonly FileUpload[]>([]);
  const next = useRef(0);
  const forget = useCallback(
    (id: number) => setUploads((before) => before.filter((one) => one.id !== id)),
    [],
  );
  const send = async ({ id, file, folder }: Waiting, replaces: boolean) => {
    const controller = new AbortController();
    const become = (state: UploadState) =>
      setUploads((before) => {
        const now = { id, file, folder, state, stop: () => controller.abort() };
        return before.some((one) => one.id === id)
          ? before.map((one) => (one.id === id ? now : one))
          : [...before, now];
      });
    become({ kind: 'sending', part: 0 });
    try {
      const query = { path: childOf(folder, file.name) };
      await upload('file.write', { params: { ve }, query }, file, {
        headers: replaces ? {} : { 'if-none-match': '*' },
        onProgress: (part) => become({ kind: 'sending', part }),
        signal: controller.signal,
      });
      forget(id);
      outdated('file.list');
    } catch (error) {
      if (controller.signal.aborted) forget(id);
      else if (!replaces && isConflict(error)) become({ kind: 'exists' });
      else
        become({
          kind: 'failed',
          problem: sentence(error instanceof Error ? error.message : String(error)),
        });
    }
  };
  return {
    uploads,
    add: (folder: string, files: readonly File[]) => {
      for (const file of files) {
        next.current += 1;
        void send({ id: next.current, file, folder }, false);
      }
    },
    replace: (one: FileUpload) => void send(one, true),
    cancel: ({ stop }: FileUpload) => stop(),
    forget: ({ id }: FileUpload) => forget(id),
  };
}

interface FileUploadsProps {
  readonly uploads: readonly FileUpload[];
  readonly onCancel: (upload: FileUpload) => void;
  readonly onReplace: (upload: FileUpload) => void;
  readonly onForget: (upload: FileUpload) => void;
}

export function FileUploads({ uploads, onCancel, onReplace, onForget }: FileUploadsProps) {
  const words = text.files;
  if (uploads.length === 0) return null;
  return (
    <Card p="sm" component="section" aria-label={words.uploads}>
      <Stack gap="xs">
        {uploads.map((one) => {
          const { id, file, state } = one;
          const name = visibleText(file.name);
          return (
            <Group key={id} gap="sm" wrap="nowrap">
              <Text size="sm" ff="monospace" truncate style={{ flex: '0 1 40%' }}>
                <bdi>{name}</bdi>
              </Text>
              {state.kind === 'sending' ? (
                <Progress value={state.part * 100} style={{ flex: 1 }} aria-label={words.uploading(name)} />
              ) : (
                <Text size="sm" style={{ flex: 1 }} role="alert">
                  {state.kind === 'exists' ? words.exists : state.problem}
                </Text>
              )}
              {state.kind === 'exists' && (
                <Button variant="default" onClick={() => onReplace(one)}>
                  {words.replace}
                </Button>
              )}
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={words.giveUp(name)}
                onClick={() => (state.kind === 'sending' ? onCancel(one) : onForget(one))}
              >
                <X size={14} />
              </ActionIcon>
            </Group>
          );
        })}
      </Stack>
    </Card>
  );
}
