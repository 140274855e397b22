import { fault, type VeService } from '@insula/contract';
import { allowed } from '../allowed.ts';
import { runInside } from '../applications/run-inside.ts';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';
import { type ServiceAction, type ServiceCommands, serviceCommands } from './service-commands.ts';

/** Milliseconds that a service gets: those of Debian get 90 seconds from systemd. */
const patience = 120_000;

/** Lines of one answer that are read. */
const mostLines = 200;

/**
 * Has the service manager of a running VE do something with a service, to its end.
 * @returns what it says of the service afterwards
 * @throws CodedError wrong_state, no_services, service_not_found, service_refused, exec_failed, timeout
 */
export async function actOnService(
  ports: VePorts,
  entry: VeEntry,
  { service, action }: { readonly service: string; readonly action: ServiceAction },
  signal: AbortSignal,
): Promise<VeService> {
  const { spec, runtime } = allowed(`service.${action}`, entry);
  const { init } = await ports.templateOf(spec.template);
  const commands = serviceCommands[init];
  if (commands === null) throw fault('no_services', { ve: spec.name, init });
  const missing = () => fault('service_not_found', { service, ve: spec.name });
  const limit = AbortSignal.timeout(patience);
  const run = async (command: readonly string[]) =>
    await runToEnd(ports, entry, command, AbortSignal.any([signal, limit]));
  try {
    if (init === 'sysvinit' && !(await hasScript(ports, runtime.init?.pid ?? 0, service))) throw missing();
    const name = service.replace(/\.service$/, '');
    if ((await tell(run, commands, name)) === null) throw missing();
    const { code, lines } = await run(commands.act(action, name));
    if (code !== 0)
      throw fault('service_refused', {
        service,
        ve: spec.name,
        action,
        problem: lines.slice(-3).join('; ') || `exit code ${code}`,
      });
    const now = await tell(run, commands, name);
    if (now === null) throw missing();
    return now;
  } catch (error) {
    if (!limit.aborted) throw error;
    throw fault('timeout', { what: `service ${service} of ${spec.name}`, seconds: patience / 1000 });
  }
}

type Run = (
  command: readonly string[],
) => Promise<{ readonly code: number; readonly lines: readonly string[] }>;

async function tell(run: Run, commands: ServiceCommands, service: string): Promise<VeService | null> {
  return commands.parse(service, await run(commands.ask(service)));
}

async function runToEnd(
  ports: VePorts,
  entry: VeEntry,
  command: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const { code } = await runInside(ports, entry, {
    command,
    env: { LC_ALL: 'C', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' },
    signal,
    line: (line) => {
      if (lines.length < mostLines) lines.push(line);
    },
  });
  return { code, lines };
}

/** Whether sysvinit has a script of that name: `service` says nothing of use where there is none. */
async function hasScript({ guestTrees }: VePorts, init: number, service: string): Promise<boolean> {
  const path = `/etc/init.d/${service}`;
  return await guestTrees.within(`/proc/${init}/root`, async (tree) => {
    const kind = (await tree.stat(path))?.kind;
    return kind === 'file' || kind === 'symlink';
  });
}
