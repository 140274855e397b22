import { fault, type InitKind, type VeService } from '@insula/contract';
import { runInside } from '../applications/run-inside.ts';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';
import { stateOf } from '../runtime.ts';
import { parseSystemdServices, parseSysvServices } from './parse-services.ts';

/** Milliseconds that the service manager of a VE gets to answer. */
const patience = 20_000;

/** Lines of an answer that are read: a VE must not fill the node's memory. */
const mostLines = 5_000;

interface Manager {
  readonly command: readonly string[];
  readonly parse: (lines: readonly string[]) => readonly VeService[];
}

/** How each init tells of its services. That of busybox has none: it knows processes only. */
const managers: Readonly<Record<InitKind, Manager | null>> = {
  systemd: {
    command: [
      '/bin/sh',
      '-c',
      'systemctl list-unit-files --type=service --plain --no-legend --no-pager --full; echo --; ' +
        'systemctl list-units --type=service --all --plain --no-legend --no-pager --full',
    ],
    parse: parseSystemdServices,
  },
  sysvinit: { command: ['/bin/sh', '-c', 'service --status-all 2>&1'], parse: parseSysvServices },
  busybox: null,
};

/** The services of a running VE, as its own service manager tells. @throws CodedError wrong_state, exec_failed, timeout */
export async function servicesInside(
  ports: VePorts,
  entry: VeEntry,
  signal: AbortSignal,
): Promise<VeService[]> {
  const { spec, runtime } = entry;
  if (runtime.init === null || runtime.paused)
    throw fault('wrong_state', {
      ve: spec.name,
      state: stateOf(runtime),
      operation: 'services',
      allowed: 'running',
    });
  const manager = managers[(await ports.templateOf(spec.template)).init];
  if (manager === null) return [];
  const lines: string[] = [];
  const limit = AbortSignal.timeout(patience);
  const command = { command: manager.command, env: { LC_ALL: 'C', SYSTEMD_COLORS: '0' } };
  try {
    await runInside(ports, entry, {
      ...command,
      signal: AbortSignal.any([signal, limit]),
      line: (line) => {
        if (lines.length < mostLines) lines.push(line);
      },
    });
  } catch (error) {
    if (!limit.aborted) throw error;
    throw fault('timeout', { what: `an answer of the services of ${spec.name}`, seconds: patience / 1000 });
  }
  return [...manager.parse(lines)];
}
