import { type OperationDefinition, type OperationId, operationTable } from '@insula/contract';

/** What the parts of a VE's page are there for; parts that are not named are there to be looked at. */
const purposes: Readonly<Record<string, readonly OperationId[]>> = {
  console: ['ve.console', 've.exec'],
  usage: ['net.stat', 'usage.list'],
  snapshots: ['snapshot.create', 'snapshot.restore', 'snapshot.delete'],
  services: ['ve.services'],
  processes: ['ve.processes'],
  accounts: ['account.list', 'quota.list'],
  files: ['file.list'],
  logs: ['ve.journal'],
};

/** Whether a policy leaves nothing of a part of the page. */
export function isTabWithheld(tab: string, withheld: readonly string[]): boolean {
  const calls = purposes[tab];
  return calls?.every((id) => isWithheld(id, withheld)) === true;
}

function isWithheld(id: OperationId, withheld: readonly string[]): boolean {
  const { permission }: OperationDefinition = operationTable[id];
  return withheld.some((what) => what === id || what === permission);
}
