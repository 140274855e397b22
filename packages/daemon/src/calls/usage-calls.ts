import { CodedError, fault, type VeUsage } from '@insula/contract';
import { usageView } from '@insula/monitoring';
import type { Node } from '../node.ts';

/** What VEs used in a month. One that is gone is known by its UUID, and by the name that it had. */
export async function usageOf(
  { registry, monitoring }: Node,
  { month = new Date().toISOString().slice(0, 7), ve }: { readonly month?: string; readonly ve?: string },
): Promise<VeUsage[]> {
  const rows = (await monitoring.accounts.month(month)).map(usageView);
  if (ve === undefined) return rows;
  const uuid = uuidOf(registry, ve);
  const found = rows.filter((row) =>
    uuid === null ? row.uuid === ve || row.name === ve : row.uuid === uuid,
  );
  if (found.length === 0 && uuid === null) throw fault('ve_not_found', { ve });
  return found;
}

function uuidOf(registry: Node['registry'], ve: string): string | null {
  try {
    return registry.find(ve).spec.uuid;
  } catch (error) {
    if (error instanceof CodedError && error.code === 've_not_found') return null;
    throw error;
  }
}
