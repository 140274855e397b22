import type { MigrationPorts } from '../ports.ts';
import { exportActions } from './export-actions.ts';
import { importActions } from './import-actions.ts';

/** The steps that write VEs to archives and make VEs of them. */
export function archiveActions(ports: MigrationPorts) {
  return { ...exportActions(ports), ...importActions(ports) };
}
