import { CodedError } from '@insula/contract';
import { Button, Group, Modal, Progress, Stack, Table, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { text } from '../text/index.ts';
import { sentence } from './failure.tsx';
import { Dot } from './state-badge.tsx';

export interface BulkWork {
  readonly title: string;
  readonly items: readonly BulkItem[];
}

interface BulkItem {
  readonly key: string;
  readonly name: string;
  /** Why it cannot be done to this one; null: it can. */
  readonly refusal: string | null;
  /** Does it, to the end. */
  readonly run: () => Promise<unknown>;
}

type Result =
  | { readonly state: 'waiting' | 'running' | 'done' }
  | { readonly state: 'failed' | 'skipped'; readonly reason: string };

/** Things that are worked on at once: enough to keep the node busy, few enough that the first are soon done. */
const atOnce = 4;

const tones = { waiting: 'idle', running: 'info', done: 'ok', failed: 'bad', skipped: 'idle' } as const;

/** Does one thing many times and tells of each how it went. Closing it ends nothing that was begun. */
export function BulkModal({ work, onClose }: { readonly work: BulkWork; readonly onClose: () => void }) {
  const { title, items } = work;
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(
    new Map(
      items.map(({ key, refusal }) => [
        key,
        refusal === null ? { state: 'waiting' } : { state: 'skipped', reason: refusal },
      ]),
    ),
  );
  const begun = useRef(false);
  const closed = useRef(false);

  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const note = (key: string, result: Result) => setResults((before) => new Map(before).set(key, result));
    const queue = items.filter(({ refusal }) => refusal === null);
    const worker = async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        const { key, run } = item;
        if (closed.current) return;
        note(key, { state: 'running' });
        try {
          await run();
          note(key, { state: 'done' });
        } catch (error) {
          const reason = error instanceof CodedError ? error.message : String(error);
          note(key, { state: 'failed', reason: sentence(reason) });
        }
      }
    };
    void Promise.all(Array.from({ length: atOnce }, worker));
  }, [items]);

  const count = (state: Result['state']) => [...results.values()].filter((one) => one.state === state).length;
  const [done, failed] = [count('done'), count('failed')];
  const left = count('waiting') + count('running');
  const close = () => {
    closed.current = true;
    onClose();
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={title}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <Stack gap="sm">
        <Progress
          value={((items.length - left) / items.length) * 100}
          color={failed > 0 ? 'red' : 'teal'}
          size="sm"
          aria-label={text.operations.progress}
        />
        <Text size="sm" aria-live="polite">
          {text.bulk.summary(done, failed, left)}
        </Text>
        <Table.ScrollContainer type="native" minWidth={320} mah={360}>
          <Table aria-label={text.bulk.results}>
            <Table.Tbody>
              {items.map(({ key, name }) => (
                <ResultRow key={key} name={name} result={results.get(key)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {text.common.close}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function ResultRow({ name, result }: { readonly name: string; readonly result: Result | undefined }) {
  if (result === undefined) return null;
  return (
    <Table.Tr>
      <Table.Td w="30%">{name}</Table.Td>
      <Table.Td w={130}>
        <Dot tone={tones[result.state]} label={text.bulk[result.state]} />
      </Table.Td>
      <Table.Td>{'reason' in result ? result.reason : null}</Table.Td>
    </Table.Tr>
  );
}
