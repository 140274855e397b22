import type { VeService } from '@insula/contract';

/** systemd's words for what a unit does, in ours. */
export function stateOfUnit(active: string, sub: string): VeService['state'] {
  if (active === 'active') return sub === 'exited' ? 'done' : 'running';
  if (active === 'activating' || active === 'reloading') return 'starting';
  if (active === 'deactivating') return 'stopping';
  return active === 'failed' ? 'failed' : 'stopped';
}

const unit = /^(\S+)\.service\s/;

/**
 * What `systemctl list-unit-files` prints (UNIT STATE PRESET), a line `--`, and what `list-units --all` does (UNIT LOAD ACTIVE SUB
 * DESCRIPTION). A template, which nothing runs by itself, is no service; nor is one that others only name.
 */
export function parseSystemdServices(lines: readonly string[]): readonly VeService[] {
  const border = lines.indexOf('--');
  const starts = new Map<string, string>();
  for (const line of lines.slice(0, Math.max(border, 0))) {
    const name = unit.exec(line)?.[1];
    if (name !== undefined && !name.endsWith('@')) starts.set(name, line.trim().split(/\s+/)[1] ?? '');
  }
  const services = new Map<string, VeService>();
  for (const line of lines.slice(border + 1)) {
    const name = unit.exec(line)?.[1];
    const [, load = '', active = '', sub = '', ...description] = line.trim().split(/\s+/);
    if (name === undefined || load !== 'loaded') continue;
    const service = { name, state: stateOfUnit(active, sub), start: starts.get(name) ?? null };
    services.set(name, { ...service, description: description.join(' ') });
  }
  for (const [name, start] of starts)
    if (!services.has(name)) services.set(name, { name, state: 'stopped', start, description: '' });
  return [...services.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const marks: Readonly<Record<string, VeService['state']>> = { '+': 'running', '-': 'stopped' };

/** What `service --status-all` prints: ` [ + ]  cron`; a script that does not know its state has a question mark. */
export function parseSysvServices(lines: readonly string[]): readonly VeService[] {
  return lines.flatMap((line) => {
    const [, mark = '', name] = /^\s*\[ ([+?-]) \]\s+(\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    return [{ name, state: marks[mark] ?? 'unknown', start: null, description: '' }];
  });
}
