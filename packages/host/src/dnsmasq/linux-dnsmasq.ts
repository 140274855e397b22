import type { CommandRunner, RunningCommand } from '../commands/command-runner.ts';
import type { Processes } from '../processes/processes.ts';
import type { Dnsmasq, RunningDnsmasq } from './dnsmasq.ts';

/** Milliseconds before a server that ended is started again. */
const pause = 1_000;
const SIGHUP = 1;

/**
 * As nobody from the beginning, with the one privilege of low ports: a process that changes its user itself is no longer told when
 * its parent dies (PR_SET_PDEATHSIG of prctl(2)).
 */
const asNobody = [
  'setpriv',
  ...['--reuid=nobody', '--regid=nogroup', '--clear-groups'],
  ...['--inh-caps=-all,+net_bind_service', '--ambient-caps=+net_bind_service'],
  ...['--pdeathsig', 'TERM', '--'],
];

export class LinuxDnsmasq implements Dnsmasq {
  readonly #commands: CommandRunner;
  readonly #processes: Processes;

  constructor(ports: { readonly commands: CommandRunner; readonly processes: Processes }) {
    this.#commands = ports.commands;
    this.#processes = ports.processes;
  }

  async start(
    options: readonly string[],
    listener: { onEnd(problem: string): void },
  ): Promise<RunningDnsmasq> {
    let isClosed = false;
    let running: RunningCommand | undefined;
    let timer: NodeJS.Timeout | undefined;
    const argv = [...asNobody, 'dnsmasq', '--conf-file=/dev/null', '--keep-in-foreground', ...options];
    const launch = async (): Promise<void> => {
      const command = await this.#commands.start(argv, { stderr: 'pipe' });
      running = command;
      let last = '';
      command.stderr?.on('data', (bytes: Buffer) => {
        last = bytes.toString().trim() || last;
      });
      void command.exited.then(({ exitCode, signal }) => {
        if (isClosed) return;
        listener.onEnd(`dnsmasq ended with ${exitCode ?? signal}: ${last}`);
        timer = setTimeout(again, pause).unref();
      });
    };
    const again = () => {
      launch().catch((error: unknown) => {
        listener.onEnd((error as Error).message);
        if (!isClosed) timer = setTimeout(again, pause).unref();
      });
    };
    await launch();
    return {
      reload: async () => {
        const identity = await this.#processes.identify(running?.pid ?? 0);
        if (identity !== null) await this.#processes.signal(identity, SIGHUP);
      },
      close() {
        isClosed = true;
        clearTimeout(timer);
        running?.kill();
      },
    };
  }
}
