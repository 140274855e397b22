import { FakeCgroups, FakeConmon, FakeProcesses, FakeRunc } from '@insula/host';
import type { OperationRecord, OperationRequest } from '@insula/operations';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeSpec } from './fake-spec.ts';
import { VeRegistry } from './registry.ts';
import { cgroupLayout, runLayout } from './run-layout.ts';
import { classifyExit, neverStarted, type VeRuntime } from './runtime.ts';
import { VeSupervisor } from './supervisor.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const spec = fakeSpec();
const { uuid, ctid } = spec;
const groups = cgroupLayout('insula');

/** One VE, and an engine that does operations as it is told to: `succeed`, `fail`, or `hold` them until the test ends them. */
class Node {
  readonly registry = new VeRegistry();
  readonly processes = new FakeProcesses();
  readonly runc = new FakeRunc();
  readonly conmon = new FakeConmon({ runc: this.runc, processes: this.processes });
  readonly cgroups = new FakeCgroups();
  readonly submitted: OperationRequest[] = [];
  readonly log: string[] = [];
  readonly supervisor: VeSupervisor;
  held = false;
  fate: 'succeed' | 'fail' | 'refuse' = 'succeed';

  constructor(runtime: Partial<VeRuntime> = {}, change: Parameters<typeof fakeSpec>[1] = {}) {
    this.registry.add(fakeSpec(1, change), { ...neverStarted, ...runtime });
    this.supervisor = new VeSupervisor({
      registry: this.registry,
      processes: this.processes,
      conmon: this.conmon,
      cgroups: this.cgroups,
      run: runLayout('/run/insula'),
      groups,
      submit: async (request) => await this.#do(request),
      isHeld: () => this.held,
      log: (line) => this.log.push(line),
    });
  }

  get kinds(): readonly string[] {
    return this.submitted.map(({ kind }) => kind);
  }

  get runtime(): VeRuntime {
    return this.registry.find(uuid).runtime;
  }

  /** A run begins, as an operation would begin it. */
  async begin(): Promise<void> {
    await this.#run();
    await settleDown();
  }

  async #run(): Promise<void> {
    await this.cgroups.create(groups.outer(ctid), { controllers: [] });
    const { pid } = await this.conmon.create({
      id: uuid,
      bundle: '',
      pidFile: '',
      conmonPidFile: '',
      exitDir: '',
      logPath: '',
      logBytes: 1,
    });
    await this.cgroups.attach(groups.outer(ctid), pid);
    this.registry.note(uuid, { init: await this.processes.identify(pid), wanted: 'running' });
  }

  /** Init ends, and conmon, unless it was killed with it, notes how. */
  async end(status: number | null): Promise<void> {
    if (status === null) this.processes.end(this.runtime.init?.pid ?? 0);
    else this.conmon.exit(uuid, status);
    await this.cgroups.kill(groups.outer(ctid));
    await settleDown();
  }

  ended(kind: string, state: OperationRecord['state']): void {
    const target = { kind: 've', id: uuid, name: spec.name };
    this.supervisor.operationEnded({ kind, target, state, error: null } as OperationRecord);
  }

  async #do(request: OperationRequest): Promise<void> {
    this.submitted.push(request);
    if (this.fate === 'refuse') throw new Error('no');
    this.held = true;
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    if (this.fate === 'succeed') {
      const status = this.conmon.exits.get(uuid)?.status ?? null;
      const kind = classifyExit(status, false);
      this.conmon.exits.clear();
      if (request.kind !== 've.start') {
        const crashes = kind === 'crash' || kind === 'unknown' ? this.runtime.crashes + 1 : 0;
        const wanted = kind === 'poweroff' ? 'stopped' : 'running';
        this.registry.note(uuid, { init: null, crashes, wanted });
      }
      if (request.kind !== 've.settle') await this.#run();
    }
    this.held = false;
    this.ended(request.kind, this.fate === 'succeed' ? 'succeeded' : 'failed');
  }
}

const settleDown = async () => await vi.advanceTimersByTimeAsync(0);
const pass = async (milliseconds: number) => await vi.advanceTimersByTimeAsync(milliseconds);

async function running(change: Parameters<typeof fakeSpec>[1] = {}): Promise<Node> {
  const node = new Node({}, change);
  await node.supervisor.start();
  await node.begin();
  return node;
}

test('a VE that powered off is settled and stays down', async () => {
  const node = await running();
  await node.end(130);
  expect(node.submitted).toMatchObject([
    {
      kind: 've.settle',
      input: { crashed: false },
      locks: [`ve:${uuid}`],
      target: { id: uuid, name: 've101' },
    },
  ]);
  await pass(3_600_000);
  expect(node.kinds).toEqual(['ve.settle']);
});

test('a VE that rebooted is started again at once', async () => {
  const node = await running();
  await node.end(129);
  expect(node.kinds).toEqual(['ve.reboot']);
  expect(node.runtime.init).not.toBeNull();
  await pass(3_600_000);
  expect(node.kinds).toEqual(['ve.reboot']);
});

test('a VE that crashes again and again is started after 1, 2, 4… seconds', async () => {
  const node = await running();
  for (const delay of [1000, 2000, 4000, 8000]) {
    node.submitted.length = 0;
    await node.end(1);
    expect(node.kinds).toEqual(['ve.settle']);
    await pass(delay - 1);
    expect(node.kinds).toEqual(['ve.settle']);
    await pass(1);
    expect(node.kinds).toEqual(['ve.settle', 've.start']);
  }
});

test('a VE whose policy is never stays down after a crash, also when that is said while it waits', async () => {
  const never = await running({ restartPolicy: 'never' });
  await never.end(1);
  await pass(3_600_000);
  expect(never.kinds).toEqual(['ve.settle']);
  const changed = await running();
  await changed.end(1);
  changed.registry.replace({ ...spec, restartPolicy: 'never' });
  await pass(3_600_000);
  expect(changed.kinds).toEqual(['ve.settle']);
});

test('a VE that is told to stay down, started by hand or destroyed meanwhile is not started', async () => {
  const stopped = await running();
  await stopped.end(1);
  stopped.registry.note(uuid, { wanted: 'stopped' });
  const started = await running();
  await started.end(1);
  await started.begin();
  const destroyed = await running();
  await destroyed.end(1);
  destroyed.registry.remove(uuid);
  await pass(3_600_000);
  for (const node of [stopped, started, destroyed]) expect(node.kinds).toEqual(['ve.settle']);
});

test('what ends while an operation holds the VE is left to it, and looked at when it has ended', async () => {
  const node = await running();
  node.held = true;
  await node.end(130);
  await pass(10_000);
  expect(node.kinds).toEqual([]);
  node.held = false;
  node.ended('ve.set', 'succeeded');
  await settleDown();
  expect(node.kinds).toEqual(['ve.settle']);
});

test('an end that conmon does not note is noticed by its empty cgroup, two seconds later', async () => {
  const node = await running();
  await node.end(null);
  await pass(1999);
  expect(node.kinds).toEqual([]);
  await pass(1);
  expect(node.submitted).toMatchObject([{ kind: 've.settle', input: { crashed: true } }]);
  await pass(1000);
  expect(node.kinds).toEqual(['ve.settle', 've.start']);
});

test('an end that nobody noted while an operation held the VE is noticed when that has ended', async () => {
  const node = await running();
  node.held = true;
  await node.end(null);
  await pass(10_000);
  node.held = false;
  node.ended('ve.set', 'failed');
  await pass(2000);
  expect(node.kinds).toEqual(['ve.settle']);
});

test('a conmon that is slow to note an exit is believed when it has', async () => {
  const node = await running();
  await node.end(null);
  await pass(1500);
  node.conmon.exits.set(uuid, { id: uuid, status: 129, exitedAtMs: 0 });
  await pass(500);
  expect(node.kinds).toEqual(['ve.reboot']);
});

test('the next run is not taken for the one whose cgroup was empty', async () => {
  const node = await running();
  node.held = true;
  await node.end(130);
  node.conmon.exits.clear();
  await node.begin();
  node.held = false;
  node.ended('ve.restart', 'succeeded');
  await pass(60_000);
  expect(node.kinds).toEqual([]);
});

test('an exit that was noted late does not end the run that began since', async () => {
  const node = await running();
  node.conmon.exits.set(uuid, { id: uuid, status: 130, exitedAtMs: 0 });
  node.ended('ve.set', 'succeeded');
  await pass(60_000);
  expect(node.kinds).toEqual([]);
});

test('settling that fails is tried again, later and later', async () => {
  const node = await running();
  node.fate = 'fail';
  await node.end(1);
  expect(node.kinds).toHaveLength(1);
  await pass(1000);
  expect(node.kinds).toHaveLength(2);
  await pass(1999);
  expect(node.kinds).toHaveLength(2);
  node.fate = 'succeed';
  await pass(1);
  expect(node.kinds).toEqual(['ve.settle', 've.settle', 've.settle']);
  await pass(1000);
  expect(node.kinds.at(-1)).toBe('ve.start');
  expect(node.log).toContain('ve.settle failed');
});

test.each(['fail', 'refuse'] as const)(
  'a restart that fails (%s) is tried again, later and later',
  async (fate) => {
    const node = await running();
    await node.end(1);
    node.fate = fate;
    for (const delay of [1000, 2000, 4000]) {
      node.submitted.length = 0;
      await pass(delay - 1);
      expect(node.kinds).toEqual([]);
      await pass(1);
      expect(node.kinds).toEqual(['ve.start']);
    }
  },
);

test('a reboot that does not come up again is tried again', async () => {
  const node = await running();
  node.fate = 'fail';
  await node.end(129);
  expect(node.kinds).toEqual(['ve.reboot']);
  node.conmon.exits.clear();
  node.registry.note(uuid, { init: null });
  node.fate = 'succeed';
  await pass(60_000);
  expect(node.kinds.at(-1)).toBe('ve.start');
  expect(node.runtime.init).not.toBeNull();
});

test('a failed start of a VE that nobody wants running is not repeated', async () => {
  const node = new Node();
  await node.supervisor.start();
  node.ended('ve.start', 'failed');
  await pass(3_600_000);
  expect(node.kinds).toEqual([]);
});

test('who cancels a restart wants the VE to stay down', async () => {
  const node = await running();
  await node.end(1);
  node.ended('ve.start', 'cancelled');
  await pass(3_600_000);
  expect(node.kinds).toEqual(['ve.settle']);
});

test('other operations do not put a restart off', async () => {
  const node = await running();
  await node.end(1);
  await pass(900);
  node.ended('ve.set', 'succeeded');
  await pass(100);
  expect(node.kinds).toEqual(['ve.settle', 've.start']);
});

test('ends that happened while no daemon ran are seen at its start', async () => {
  const init = { pid: 4711, startTime: 1 };
  const noted = new Node({ init, wanted: 'running' });
  noted.conmon.exits.set(uuid, { id: uuid, status: 130, exitedAtMs: 0 });
  await noted.supervisor.start();
  await settleDown();
  expect(noted.submitted).toMatchObject([{ kind: 've.settle', input: { crashed: false } }]);
  const unnoted = new Node({ init, wanted: 'running' });
  await unnoted.supervisor.start();
  await pass(2000);
  expect(unnoted.submitted).toMatchObject([{ kind: 've.settle', input: { crashed: true } }]);
});

test('a restart that an earlier daemon had planned is planned again', async () => {
  const node = new Node({ crashes: 2, wanted: 'running' });
  await node.supervisor.start();
  await pass(1999);
  expect(node.kinds).toEqual([]);
  await pass(1);
  expect(node.kinds).toEqual(['ve.start']);
});

test('a VE that is down, though it ran when the node went down, is left to the autostart', async () => {
  const node = new Node({ wanted: 'running' });
  await node.supervisor.start();
  await pass(3_600_000);
  expect(node.kinds).toEqual([]);
});

test('a supervisor that was stopped does nothing more and keeps no timer', async () => {
  const node = await running();
  await node.end(1);
  node.supervisor.stop();
  expect(vi.getTimerCount()).toBe(0);
  node.ended('ve.set', 'succeeded');
  await pass(3_600_000);
  expect(node.kinds).toEqual(['ve.settle']);
});

test('a VE that cannot be looked at is told, and the others are looked after', async () => {
  const node = await running();
  node.conmon.readExit = async () => await Promise.reject(new Error('EIO'));
  node.ended('ve.set', 'succeeded');
  await settleDown();
  expect(node.log).toContain('a VE cannot be looked after');
});
