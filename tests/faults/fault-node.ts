import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeInfo, Operation, OperationState, VeDetail } from '@insula/contract';
import { afterAll, beforeAll, expect } from 'vitest';
import { eventually, haveCriu, type NodeOptions, patient, TestNode } from '../harness/index.ts';

export type FaultPoint = 'begun' | 'done' | 'undo-begun' | 'undo-done' | 'fail' | 'fail-undo';

/** A fault at a step of an operation; see `INSULA_FAULT` in the daemon. */
export interface Fault {
  readonly kind: string;
  readonly step: number;
  readonly point: FaultPoint;
}

/** A node that is given faults while it runs, dies of them, and is looked at afterwards. */
export class FaultNode extends TestNode {
  readonly #faultFile: string;

  constructor(options: NodeOptions = {}) {
    const faultFile = `${mkdtempSync(`${tmpdir()}/ins-faults-`)}/faults`;
    super({ templates: ['busybox'], ...options, env: { INSULA_FAULT: `@${faultFile}`, ...options.env } });
    this.#faultFile = faultFile;
  }

  override async make(): Promise<void> {
    await haveCriu();
    await super.make();
  }

  setFaults(...faults: readonly Fault[]): void {
    const text = faults.map(({ kind, step, point }) => `${kind}:${step}:${point}`).join(',');
    writeFileSync(this.#faultFile, text);
  }

  /** Settles when the daemon has died of a fault. @throws Error when it does not */
  async diesOfFault(): Promise<void> {
    const { signal } = await withPatience('the daemon dies of its fault', this.daemon.exited());
    if (signal !== 'SIGKILL') throw new Error(`the daemon ended with ${signal}:\n${this.daemon.logTail()}`);
  }

  /** A new daemon without faults, once it has dealt with what the last one left. */
  async recover(): Promise<void> {
    this.setFaults();
    await this.start();
    await this.settled();
  }

  /** Settles when no operation is under way. */
  async settled(): Promise<void> {
    await eventually('all operations end', async () => (await this.unfinished()).length === 0, {
      interval: 10,
    });
  }

  async unfinished(): Promise<readonly Operation[]> {
    const states: readonly OperationState[] = ['queued', 'running', 'undoing'];
    const lists = await Promise.all(
      states.map(async (state) => await this.api.get<readonly Operation[]>(`/v1/operations?state=${state}`)),
    );
    return lists.flat();
  }

  async operations(query: string): Promise<readonly Operation[]> {
    return await this.api.get<readonly Operation[]>(`/v1/operations?${query}`);
  }

  /** The newest operation of a kind. */
  async latest(kind: string): Promise<Operation> {
    const found = (await this.operations('limit=20')).find((operation) => operation.kind === kind);
    if (found === undefined) throw new Error(`there was no ${kind}`);
    return found;
  }

  async ves(): Promise<readonly VeDetail[]> {
    const ves = await this.api.get<readonly { readonly uuid: string }[]>('/v1/ves');
    return await Promise.all(ves.map(async ({ uuid }) => await this.show(uuid)));
  }

  async info(): Promise<NodeInfo> {
    return await this.api.get<NodeInfo>('/v1/node');
  }

  /**
   * Everything that the node has on the machine, without what differs between two runs of the same VEs: pids, and what grows as
   * logs do. Two snapshots of a node whose VEs are in the same states are equal, or something leaked.
   */
  async snapshot(): Promise<readonly string[]> {
    const { pool, run, state } = this.paths;
    const kernel = (await this.leftovers()).map((line) => line.replace(/^process \d+/, 'process'));
    const dirs = [state, run, ...below(`${pool}/private`), ...below(`${run}/ve`), ...below(`${run}/runc`)];
    const files = dirs.flatMap((dir) => names(dir).map((name) => `${dir}/${name}`));
    const passing =
      /\/(?:console|boot)(?:\.previous)?\.log$|\/(?:state|traffic)\.json$|\/insula\.db-(?:shm|wal)$|\/insulad\.sock$|\/exec$/;
    return [...kernel, ...files.filter((path) => !passing.test(path))].sort();
  }

  override async dispose(): Promise<void> {
    await super.dispose();
    rmSync(join(this.#faultFile, '..'), { recursive: true, force: true });
  }
}

const names = (dir: string): readonly string[] => (existsSync(dir) ? readdirSync(dir) : []);
const below = (dir: string): readonly string[] => names(dir).map((name) => `${dir}/${name}`);

async function withPatience<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${patient(30)} s`)), patient(30_000));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A node for all tests of a file, removed at its end. */
export function useFaultNode(options: NodeOptions = {}): FaultNode {
  const node = new FaultNode(options);
  beforeAll(async () => await node.make());
  afterAll(async () => {
    if (!node.wasMade) return;
    node.setFaults();
    if (node.daemonPid === null) await node.start();
    await node.destroyAll();
    expect(await node.leftovers()).toEqual([]);
    await node.dispose();
  });
  return node;
}
