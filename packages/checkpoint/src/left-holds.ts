import type { OperationKind, OperationRecord } from '@insula/operations';
import { compileRelease, type HeldVe } from './network/hold.ts';
import type { CheckpointPorts } from './ports.ts';

type HoldPorts = Pick<CheckpointPorts, 'config' | 'nftables' | 'registry'>;

/**
 * The kinds, each with an end at which no traffic stays held but that of a suspended VE: an operation that could not let it through in
 * its last steps would leave a VE behind that runs and cannot be reached.
 */
export function releasingLeftHolds(
  ports: HoldPorts,
  kinds: Readonly<Record<string, OperationKind>>,
): Readonly<Record<string, OperationKind>> {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      {
        ...kind,
        async ended(record: OperationRecord) {
          // it may be what brings the view of the VE up to date
          await kind.ended?.(record);
          await releaseLeftHold(ports, record);
        },
      },
    ]),
  );
}

async function releaseLeftHold({ config, nftables, registry }: HoldPorts, record: OperationRecord) {
  const release = record.steps.find(({ action }) => action === 'release-traffic');
  if (release === undefined || release.state === 'done') return;
  const runtime = registry.get(record.target.id)?.runtime;
  if (runtime?.suspended === true && runtime.init === null) return;
  try {
    await nftables.apply(compileRelease(config, release.args as HeldVe));
  } catch (error) {
    record.log.push(`its traffic is still held: ${error instanceof Error ? error.message : String(error)}`);
  }
}
