import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { ConsoleRequest, ExecRequest, VeCreate, VeDetail, VeStatus } from '@insula/contract';
import { TestApi } from './api-client.ts';
import { removeEverything, sweep } from './clean-up.ts';
import { CommandLine, type CommandOptions } from './command-line.ts';
import { DaemonProcess } from './daemon-process.ts';
import { type EventOptions, EventStream } from './event-stream.ts';
import { GuestStream } from './guest-stream.ts';
import { leftoversOf } from './leftovers.ts';
import {
  machineNetwork,
  makeNetworkNamespace,
  type NetworkNamespace,
  networkNamespace,
} from './network-namespace.ts';
import {
  type ConfigChange,
  type NodePaths,
  nodeConfig,
  nodePaths,
  type TestNodeConfig,
} from './node-config.ts';
import { newTag } from './owner.ts';
import { patient } from './patience.ts';
import { type ProgramResult, run } from './programs.ts';
import { copyTemplates, haveTemplates, sharedPool, type TemplateName } from './templates.ts';

export interface NodeOptions {
  readonly name?: string;
  /** Fields of the configuration to set otherwise. */
  readonly config?: ConfigChange;
  /** Further environment of the daemon, such as INSULA_FAULT. */
  readonly env?: Readonly<Record<string, string>>;
  /** Templates that the node has from the beginning, built once per machine. Default debian-12; none: a pool of its own, empty. */
  readonly templates?: readonly TemplateName[];
  /** Copies the templates into the pool, instead of sharing the machine's: for tests that change what is stored. */
  readonly ownStore?: boolean;
  /** Uses the machine's own network instead of one made for the node. */
  readonly onMachineNetwork?: boolean;
  /** Makes the pool otherwise, for example as a mount of limited size. */
  readonly preparePool?: (paths: NodePaths) => Promise<void>;
}

/** Nodes that exist, to be removed at the end of the file whatever happened. */
const existing = new Set<TestNode>();

export async function removeTestNodes(): Promise<void> {
  for (const node of existing) await node.dispose();
}

/**
 * A real node on this kernel: the daemon from source in a network namespace, with folders, cgroups, addresses and ids of its own. It
 * is made by `start` and gone after `dispose`.
 */
export class TestNode {
  readonly tag = newTag();
  readonly name: string;
  readonly paths: NodePaths;
  readonly config: TestNodeConfig;
  readonly namespace: NetworkNamespace;
  readonly api: TestApi;
  readonly cli: CommandLine;
  readonly #options: NodeOptions;
  #env: Readonly<Record<string, string>>;
  #daemon: DaemonProcess | undefined;

  constructor(options: NodeOptions = {}) {
    this.#options = options;
    this.#env = options.env ?? {};
    this.name = options.name ?? `test${this.tag.split('-')[1]}`;
    this.paths = nodePaths(this.tag);
    this.config = nodeConfig(this.tag, this.name, options.config);
    this.namespace = options.onMachineNetwork === true ? machineNetwork : networkNamespace(this.tag);
    this.api = new TestApi(this.paths.socket);
    this.cli = new CommandLine(this.paths.socket);
  }

  get wasMade(): boolean {
    return this.#daemon !== undefined;
  }

  get daemonPid(): number | null {
    return this.#daemon?.isRunning === true ? this.#daemon.pid : null;
  }

  get daemon(): DaemonProcess {
    if (this.#daemon === undefined) throw new Error('the node was never started');
    return this.#daemon;
  }

  /** Makes everything that the node stands on and starts its daemon. */
  async make(): Promise<void> {
    await sweep();
    const { templates = ['debian-12'], preparePool } = this.#options;
    await haveTemplates(templates);
    existing.add(this);
    const { dir, pool, config, state } = this.paths;
    // VE root walks through to its own root
    mkdirSync(dir);
    chmodSync(dir, 0o711);
    await preparePool?.(this.paths);
    for (const path of [pool, state, this.paths.templates]) mkdirSync(path, { recursive: true, mode: 0o700 });
    if (this.#options.ownStore === true) copyTemplates(templates, pool);
    else if (templates.length > 0) {
      for (const part of ['layers', 'objects']) symlinkSync(`${sharedPool()}/${part}`, `${pool}/${part}`);
    }
    writeFileSync(config, JSON.stringify(this.config, null, 2));
    if (this.#options.onMachineNetwork !== true) await makeNetworkNamespace(this.tag);
    await this.start();
  }

  /** Starts the daemon and waits until it answers. `env` replaces what the node was made with, for this and later runs. */
  async start(options: { readonly env?: Readonly<Record<string, string>> } = {}): Promise<void> {
    this.launch(options);
    await this.daemon.ready();
  }

  /** Starts the daemon without waiting. */
  launch(options: { readonly env?: Readonly<Record<string, string>> } = {}): DaemonProcess {
    if (this.daemonPid !== null) throw new Error('the daemon runs already');
    this.#env = options.env ?? this.#env;
    this.#daemon = new DaemonProcess({ paths: this.paths, namespace: this.namespace, env: this.#env });
    return this.#daemon;
  }

  /** Ends the daemon as a service manager does; VEs go on. @throws Error when it does not end well */
  async stop(): Promise<void> {
    if (this.daemonPid === null) return;
    const { code } = await this.daemon.end('SIGTERM');
    if (code !== 0) throw new Error(`insulad ended with ${code}:\n${this.daemon.logTail()}`);
  }

  async kill9(): Promise<void> {
    await this.#daemon?.end('SIGKILL');
  }

  async restart(options: { readonly env?: Readonly<Record<string, string>> } = {}): Promise<void> {
    await this.stop();
    await this.start(options);
  }

  /** What a reboot of the machine does to the node: nothing runs or is mounted any more, and the kernel's boot id is another. */
  async reboot(): Promise<void> {
    await this.powerCut();
    await this.start();
  }

  /** All processes of the node end at once, and with them everything that only the kernel held. */
  async powerCut(): Promise<void> {
    await this.kill9();
    await removeEverything(this.tag, { keepFiles: true });
    rmSync(this.paths.run, { recursive: true, force: true });
    await makeNetworkNamespace(this.tag);
  }

  log(): string {
    return readFileSync(this.paths.log, 'utf8');
  }

  async events(options: EventOptions = {}): Promise<EventStream> {
    return await EventStream.open(this.api, options);
  }

  async insula(args: readonly string[], options: CommandOptions = {}): Promise<ProgramResult> {
    return await this.cli.run(args, options);
  }

  /** Creates a VE, of debian-12 unless said otherwise. */
  async create(wanted: Partial<VeCreate> & { readonly name: string }): Promise<VeDetail> {
    const operation = await this.api.perform('POST', '/v1/ves', { template: 'debian-12', ...wanted });
    return operation.result as VeDetail;
  }

  async status(ve: string): Promise<VeStatus> {
    return await this.api.get<VeStatus>(`/v1/ves/${ve}/status`);
  }

  async show(ve: string): Promise<VeDetail> {
    return await this.api.get<VeDetail>(`/v1/ves/${ve}`);
  }

  /** Waits as `insula wait` does: by default for the end of the boot. */
  async wait(
    ve: string,
    state: 'ready' | 'running' | 'stopped' | 'paused' | 'mounted' = 'ready',
  ): Promise<VeStatus> {
    return await this.api.get<VeStatus>(`/v1/ves/${ve}/wait?for=${state}&timeout=${patient(110)}`);
  }

  /** Does one of the verbs without a body to a VE, successfully. */
  async act(verb: string, ve: string, body?: unknown): Promise<void> {
    await this.api.perform('POST', `/v1/ves/${ve}/${verb}`, body);
  }

  /** Starts a command in a VE. */
  async openExec(ve: string, request: ExecRequest): Promise<GuestStream> {
    return await GuestStream.open(this.paths.socket, `/v1/ves/${ve}/exec`, request);
  }

  async openConsole(ve: string, request: ConsoleRequest = {}): Promise<GuestStream> {
    return await GuestStream.open(this.paths.socket, `/v1/ves/${ve}/console`, request);
  }

  /** Runs a command in a VE to its end. Text is run by the VE's shell. */
  async exec(
    ve: string,
    command: string | readonly string[],
    options: Omit<ExecRequest, 'command' | 'terminal'> & { readonly input?: string | Uint8Array } = {},
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
    const { input, ...settings } = options;
    const argv = typeof command === 'string' ? ['sh', '-c', command] : [...command];
    const stream = await this.openExec(ve, { command: argv, ...settings });
    if (input !== undefined) await stream.send(input);
    stream.control({ kind: 'eof' });
    const { code } = await stream.exit();
    return { code, stdout: stream.output.toString(), stderr: stream.error.toString() };
  }

  /** Runs a command in a VE that must succeed, and answers what it printed, without the last newline. */
  async inside(ve: string, command: string | readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.exec(ve, command);
    if (code !== 0) throw new Error(`${String(command)} in ${ve} ended with ${code}: ${stderr || stdout}`);
    return stdout.replace(/\n$/, '');
  }

  async destroy(ve: string): Promise<void> {
    await this.api.perform('DELETE', `/v1/ves/${ve}?force=true&ifBusy=wait`);
  }

  async destroyAll(): Promise<void> {
    const ves = await this.api.get<readonly { readonly uuid: string }[]>('/v1/ves');
    for (const { uuid } of ves) {
      const { protected: isProtected } = await this.show(uuid);
      if (isProtected) await this.api.perform('PATCH', `/v1/ves/${uuid}?ifBusy=wait`, { protected: false });
      await this.destroy(uuid);
    }
  }

  /** What is there though the node has no VE; empty in a sound node. */
  async leftovers(): Promise<readonly string[]> {
    const { paths, config, namespace, daemonPid } = this;
    return await leftoversOf({ paths, config, namespace, daemonPid });
  }

  /** Removes the node and everything of it from the machine, without asking its daemon. */
  async dispose(): Promise<void> {
    if (this.#daemon?.isRunning === true) await this.#daemon.end('SIGKILL');
    await removeEverything(this.tag);
    existing.delete(this);
  }

  /** Runs a command in the node's network namespace, as the node itself would. */
  async runOnNode(...command: readonly string[]): Promise<string> {
    return await run(this.namespace.argv(command));
  }
}
