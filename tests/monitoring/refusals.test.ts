import type { NodeEvent } from '@insula/contract';
import { beforeAll, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

// minutes between two samples: what is told in time was noticed by the kernel
const node = useNode({ templates: ['busybox'], config: { monitoring: { intervalSeconds: 300 } } });
const mebibyte = 2 ** 20;

type Refusal = Extract<NodeEvent, { kind: 'refusal' }>;

beforeAll(async () => {
  for (const name of ['r1', 'neighbour']) {
    await node.create({
      name,
      template: 'busybox',
      parameters: { physpages: 64 * mebibyte, numproc: 40 },
      start: true,
    });
    await node.wait(name);
  }
});

const refusalOf = async (resource: Refusal['resource'], deed: string) => {
  const events = await node.events();
  await node.exec('r1', deed);
  const event = await events.first((one) => one.kind === 'refusal' && one.resource === resource);
  events.close();
  return event as Refusal;
};

test('a VE out of memory is told of at once: the limit, who was killed, and what would help', async () => {
  const bomb = `head -c ${200 * mebibyte} /dev/zero | tail -c ${200 * mebibyte} | wc -c`;
  expect(await refusalOf('memory', bomb)).toMatchObject({
    name: 'r1',
    parameter: 'physpages',
    limit: 64 * mebibyte,
    process: { command: 'tail' },
    suggestion: 96 * mebibyte,
  });
});

test('a VE that may not make more processes is told of at once', async () => {
  expect(await refusalOf('processes', 'for i in $(seq 80); do sleep 2 & done; wait')).toMatchObject({
    name: 'r1',
    parameter: 'numproc',
    limit: 40,
    suggestion: 60,
    process: null,
  });
});

test('people read it in a line, and the neighbour is not named', async () => {
  const listening = node.cli.start(['events']);
  await node.exec('r1', 'for i in $(seq 80); do sleep 2 & done; wait');
  await expect.poll(() => listening.output().stdout, { timeout: 60_000 }).toContain('numproc is 40, try 60');
  expect(listening.output().stdout).not.toContain('neighbour');
  listening.child.kill('SIGINT');
  await listening.ended;
});
