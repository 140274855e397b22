import type { InitKind, VeService } from '@insula/contract';
import { stateOfUnit } from './parse-services.ts';

/** What can be done with a service. */
export type ServiceAction = 'start' | 'stop' | 'restart' | 'reload' | 'enable' | 'disable';

/** How an init is told what to do with its services: whole arguments, no shell, and no name is taken for an option. */
export interface ServiceCommands {
  act(action: ServiceAction, service: string): readonly string[];
  /** What tells of one service. */
  ask(service: string): readonly string[];
  /** What it tells, with its exit code; null when there is no such service. */
  parse(service: string, answer: ServiceAnswer): VeService | null;
}

interface ServiceAnswer {
  readonly code: number;
  readonly lines: readonly string[];
}

const properties = ['LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'Description'];

const systemd: ServiceCommands = {
  act: (action, service) => ['systemctl', '--no-ask-password', action, '--', `${service}.service`],
  ask: (service) => ['systemctl', 'show', `--property=${properties.join(',')}`, '--', `${service}.service`],
  parse(name, { lines }) {
    const found = new Map(lines.map((line) => split(line)));
    const state = found.get('LoadState') ?? 'not-found';
    if (state === 'not-found' || found.get('ActiveState') === undefined) return null;
    return {
      name,
      state: stateOfUnit(found.get('ActiveState') ?? '', found.get('SubState') ?? ''),
      start: found.get('UnitFileState') || null,
      description: found.get('Description') ?? '',
    };
  },
};

function split(line: string): readonly [key: string, value: string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

/** Exit codes of `status`: refspecs.linuxbase.org, LSB 3.1, "Init Script Actions". */
const states: Readonly<Record<number, VeService['state']>> = {
  0: 'running',
  1: 'failed',
  2: 'failed',
  3: 'stopped',
};

const sysvinit: ServiceCommands = {
  act: (action, service) =>
    action === 'enable' || action === 'disable'
      ? ['update-rc.d', service, action]
      : ['service', service, action],
  ask: (service) => ['service', service, 'status'],
  parse: (name, { code }) => ({ name, state: states[code] ?? 'unknown', start: null, description: '' }),
};

/** That of busybox has none: it knows processes only. */
export const serviceCommands: Readonly<Record<InitKind, ServiceCommands | null>> = {
  systemd,
  sysvinit,
  busybox: null,
};
