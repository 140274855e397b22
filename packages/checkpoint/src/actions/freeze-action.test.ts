import { asCodedError } from '@insula/contract';
import { FakeHost, type GuestFacts } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { expect, test } from 'vitest';
import type { CheckpointPorts } from '../ports.ts';
import { freezeProcesses } from './freeze-action.ts';

const uuid = '00000000-0000-4000-8000-000000000001';
const waiting: GuestFacts['waitingConnections'] = [{ listener: 1, client: 2, unreadBytes: 9 }];

/** What runc was told, and the log, of a freeze that finds this at each look; then nothing in the way. */
async function freeze(looks: readonly { readonly unaccepted?: number; readonly waits?: boolean }[]) {
  const host = new FakeHost();
  const pid = 1000;
  host.runc.containers.set(uuid, { id: uuid, status: 'running', pid, bundle: '/bundle' });
  const log: string[] = [];
  let look = 0;
  const clean = host.guestInspector.facts;
  const entry = { spec: { uuid, ctid: 101, name: 'web' }, runtime: { init: { pid, startTime: 1 } } };
  const { cgroups, runc } = host;
  const ports = {
    cgroups,
    groups: { payload: () => 'insula/101', outer: () => 'insula/101' },
    runc,
    guestInspector: {
      async inspect() {
        const isWaiting = looks[look]?.waits === true;
        look += 1;
        return isWaiting ? { ...clean, waitingConnections: waiting } : clean;
      },
      unacceptedStreams: async () => looks[look - 1]?.unaccepted ?? 0,
    },
    registry: { find: () => entry, get: () => entry, note: () => undefined },
    sleep: async () => undefined,
  } as unknown as CheckpointPorts;
  const context = { log: (line: string) => void log.push(line) } as unknown as StepContext;
  const error = await freezeProcesses(ports)
    .do({ uuid }, context)
    .then(
      () => null,
      (thrown: unknown) => asCodedError(thrown).code,
    );
  return { calls: runc.calls.map((call) => call.split(' ')[0]), log, error };
}

test('a VE in which nothing is on its way is frozen at once', async () => {
  expect(await freeze([{}])).toEqual({ calls: ['pause'], log: [], error: null });
});

test('connections that are not accepted yet get a moment', async () => {
  const { calls, log, error } = await freeze([{ waits: true }, { unaccepted: 3 }, {}]);
  expect(calls).toEqual(['pause', 'resume', 'pause', 'resume', 'pause']);
  expect(log).toHaveLength(2);
  expect(log[1]).toContain('3 connections are not accepted yet');
  expect(error).toBeNull();
});

test('a service that accepts no TCP connection does not keep the VE, one that accepts none over a UNIX socket does', async () => {
  const many = Array.from({ length: 100 });
  const stays = await freeze(many.map(() => ({ unaccepted: 1 })));
  expect(stays.error).toBeNull();
  expect(stays.calls.at(-1)).toBe('pause');
  expect(stays.log.at(-1)).toContain('1 connections end here');
  const refused = await freeze(many.map(() => ({ waits: true })));
  expect(refused.error).toBe('checkpoint_blocked');
  expect(refused.calls.at(-1)).toBe('resume');
});
