import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Operation, VeDetail } from '@insula/contract';
import { groupsNamed, removeGroup } from '../tests/harness/cgroup-trees.ts';
import { copyTemplates, type TemplateName } from '../tests/harness/templates.ts';
import { mountBtrfs } from './btrfs-in-file.ts';
import { raiseHostSettings } from './host-settings.ts';

const repository = join(import.meta.dirname, '..');

/** Templates that the system tests have built on this machine. */
const pool = `${process.env['INSULA_TEST_CACHE'] ?? '/var/cache/insula/test'}/pool`;

interface BenchNodeOptions {
  readonly number?: number;
  readonly namespace?: string;
  /** Where the API and the web panel are served over TLS, on this machine only. */
  readonly apiPort?: number;
  /** How many VEs it may have. */
  readonly idRanges?: number;
}

/** The bundled daemon with a node of its own, as it is installed on a server. */
export class BenchNode {
  readonly name: string;
  readonly #number: number;
  readonly #namespace: string | undefined;
  readonly #apiPort: number | undefined;
  readonly #idRanges: number;
  readonly dir = mkdtempSync('/tmp/insula-bench-');
  readonly run = `${this.dir}/run`;
  readonly socket = `${this.run}/insulad.sock`;
  #daemon: ChildProcess | undefined;
  #restoreSettings: () => void = () => undefined;

  /** Several on one machine have numbers, and each a network namespace (`ip netns`) of its own. */
  constructor({ number = 0, namespace, apiPort, idRanges = 1200 }: BenchNodeOptions = {}) {
    this.#number = number;
    this.#namespace = namespace;
    this.#apiPort = apiPort;
    this.#idRanges = idRanges;
    this.name = `bench${number === 0 ? '' : number}`;
  }

  get pid(): number {
    return this.#daemon?.pid ?? 0;
  }

  /**
   * `pool`: on what file system; `btrfs` is one in a file, as quickstart makes it. `ownStore`: templates that are copied into the pool,
   * where more is stored; else it borrows those of the tests.
   */
  async start(
    options: { readonly pool?: 'here' | 'btrfs'; readonly ownStore?: readonly TemplateName[] } = {},
  ): Promise<void> {
    const program = join(repository, 'dist/insulad.mjs');
    if (!existsSync(program)) throw new Error('first run: npm run build');
    if (!existsSync(`${pool}/layers`)) throw new Error('first run: ./test system (it builds the templates)');
    this.#restoreSettings = raiseHostSettings();
    chmodSync(this.dir, 0o711);
    mkdirSync(`${this.dir}/pool`, { recursive: true });
    mkdirSync(this.run);
    // as on every host that systemd has booted
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=0711', 'tmpfs', this.run]);
    if (options.pool === 'btrfs') mountBtrfs(`${this.dir}/pool.img`, `${this.dir}/pool`);
    if (options.ownStore !== undefined) copyTemplates(options.ownStore, `${this.dir}/pool`);
    for (const part of ['layers', 'objects']) {
      if (!existsSync(`${this.dir}/pool/${part}`)) symlinkSync(`${pool}/${part}`, `${this.dir}/pool/${part}`);
    }
    const config = {
      name: this.name,
      stateDir: `${this.dir}/state`,
      runDir: this.run,
      pool: `${this.dir}/pool`,
      criuDir: '/var/cache/insula/criu/bin',
      cgroupParent: `insula-${this.name}`,
      interfacePrefix: 'inb',
      idRange: { first: 2_000_027_648 + this.#number * 100_007_936, count: this.#idRanges },
      network: { pool: '10.119.0.0/20', gateway: '169.254.119.1', table: 'insula_bench' },
      ...(this.#apiPort === undefined
        ? {}
        : { api: { address: '127.0.0.1', port: this.#apiPort, redirectPort: 0 } }),
    };
    writeFileSync(`${this.dir}/node.json`, JSON.stringify(config));
    await this.#launch(program);
  }

  async #launch(program: string): Promise<void> {
    const [command, ...args] = [
      ...this.#within,
      process.execPath,
      ...installedFlags(),
      program,
      '--config',
      `${this.dir}/node.json`,
    ];
    this.#daemon = spawn(command, args, { stdio: 'ignore' });
    for (let tries = 0; tries < 600; tries += 1) {
      if (await this.get('/v1/node').then(Boolean, () => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the daemon does not answer');
  }

  /** Ends the daemon, and starts another one; VEs go on. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#launch(join(repository, 'dist/insulad.mjs'));
  }

  /** Puts a command into the node's network. */
  get #within(): readonly string[] {
    return this.#namespace === undefined ? [] : ['nsenter', `--net=/run/netns/${this.#namespace}`, '--'];
  }

  #run(...words: readonly string[]): void {
    const [command = '', ...args] = [...this.#within, ...words];
    execFileSync(command, args);
  }

  async get<Answer>(path: string): Promise<Answer> {
    return await this.call<Answer>('GET', path);
  }

  /** Asks for a change and settles when the operation has ended. @throws Error when it failed */
  async change(method: string, path: string, body?: unknown): Promise<Operation> {
    const { id } = await this.call<Operation>(method, path, body);
    return await this.#ended(id);
  }

  async create(name: string, template: string, start = false): Promise<VeDetail> {
    return (await this.change('POST', '/v1/ves', { name, template, start })).result as VeDetail;
  }

  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    return await new Promise((resolve, reject) => {
      const sent = request({ socketPath: this.socket, method, path, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) >= 400) reject(new Error(text));
          else resolve(JSON.parse(text) as Answer);
        });
      });
      sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Destroys all VEs, ends the daemon and takes everything away. */
  async remove(): Promise<void> {
    const hasRun = this.#daemon !== undefined;
    if (hasRun) {
      const ves = await this.get<readonly { readonly uuid: string }[]>('/v1/ves');
      for (const { uuid } of ves) await this.change('DELETE', `/v1/ves/${uuid}?force=true`);
      await this.stop();
      execFileSync('umount', ['-q', `${this.run}/ve`]);
    }
    spawnSync('umount', ['-q', `${this.dir}/pool`]);
    spawnSync('umount', ['-q', this.run]);
    rmSync(this.dir, { recursive: true, force: true });
    this.#restoreSettings();
    if (!hasRun) return;
    for (const group of groupsNamed(`insula-${this.name}`)) removeGroup(group);
    for (const family of ['inet', 'arp']) this.#run('nft', 'delete', 'table', family, 'insula_bench');
    this.#run('ip', 'route', 'flush', 'root', '10.119.0.0/20');
  }

  async stop(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined) return;
    const gone = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGTERM');
    await gone;
  }

  async #ended(id: string): Promise<Operation> {
    const operation = await new Promise<Operation>((resolve, reject) => {
      const path = `/v1/events?operation=${id}`;
      const sent = request({ socketPath: this.socket, path }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          for (const [, data] of text.matchAll(/^data: (.*)\n/gm)) {
            const { operation: seen } = JSON.parse(data ?? '{}') as { readonly operation: Operation };
            if (seen.endedAt === null) continue;
            sent.destroy();
            resolve(seen);
          }
        });
      });
      sent.on('error', reject).end();
    });
    if (operation.state !== 'succeeded') throw new Error(operation.message);
    return operation;
  }
}

/** Of Node, with which the daemon runs where it is installed. */
function installedFlags(): readonly string[] {
  const unit = readFileSync(join(repository, 'setup/installed/insulad.service'), 'utf8');
  const [, flags = ''] = /^ExecStart=\S+ (--.*) \S+$/m.exec(unit) ?? [];
  return flags === '' ? [] : flags.split(' ');
}

/** Memory of a process in bytes: resident, and its fair share of what it shares with others. */
export function memoryOf(pid: number): { readonly rss: number; readonly pss: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0);
  return { rss: kilobytes('Rss') * 1024, pss: kilobytes('Pss') * 1024 };
}
