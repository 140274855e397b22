import { CodedError, type VeSummary } from '@insula/contract';
import { Button, Group, Modal, Progress, Stack, Table, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { change } from '../../parts/acts.ts';
import { sentence } from '../../parts/failure.tsx';
import { type PowerVerb, powerCalls } from '../../parts/power.ts';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';

export interface BulkWork {
  readonly verb: PowerVerb;
  /** With why it cannot be done to one of them; null: it can. */
  readonly items: readonly { readonly ve: VeSummary; readonly refusal: string | null }[];
}

type Result =
  | { readonly state: 'waiting' | 'running' | 'done' }
  | { readonly state: 'failed' | 'skipped'; readonly reason: string };

/** VEs that are worked on at once: enough to keep the node busy, few enough that the first are soon done. */
const atOnce = 4;

const tones = { waiting: 'idle', running: 'info', done: 'ok', failed: 'bad', skipped: 'idle' } as const;

/** Does one thing to many VEs and tells of each how it went. Closing it ends nothing that was begun. */
export function BulkModal({ work, onClose }: { readonly work: BulkWork; readonly onClose: () => void }) {
  const { verb, items } = work;
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(
    new Map(
      items.map(({ ve, refusal }) => [
        ve.uuid,
        refusal === null ? { state: 'waiting' } : { state: 'skipped', reason: refusal },
      ]),
    ),
  );
  const begun = useRef(false);
  const closed = useRef(false);

  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const note = (uuid: string, result: Result) => setResults((before) => new Map(before).set(uuid, result));
    const queue = items.filter(({ refusal }) => refusal === null).map(({ ve }) => ve.uuid);
    const worker = async () => {
      for (let uuid = queue.shift(); uuid !== undefined; uuid = queue.shift()) {
        if (closed.current) return;
        note(uuid, { state: 'running' });
        try {
          await change(powerCalls[verb], { params: { ve: uuid } });
          note(uuid, { state: 'done' });
        } catch (error) {
          const reason = error instanceof CodedError ? error.message : String(error);
          note(uuid, { state: 'failed', reason: sentence(reason) });
        }
      }
    };
    void Promise.all(Array.from({ length: atOnce }, worker));
  }, [items, verb]);

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
      title={text.bulk.title(text.power[verb], items.length)}
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
              {items.map(({ ve }) => (
                <ResultRow key={ve.uuid} name={ve.name} result={results.get(ve.uuid)} />
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
