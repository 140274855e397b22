import {
  type AllParameterValues,
  fault,
  formatAmount,
  listOf,
  numbersOf,
  type ParameterName,
  type ParameterRow,
  type ParameterValue,
  type ParameterValues,
} from '@insula/contract';
import type { Host } from '@insula/host';
import { controlsOf } from './compile-limits.ts';
import { type LimitTargetPorts, onlineNodes, onlineProcessors } from './limit-target.ts';
import { amountNumber, limitOf } from './parameter-halves.ts';
import { completeValues, parameterRows } from './parameter-values.ts';
import { type Means, whatHolds } from './what-holds.ts';

/** What parameters are checked against on this node. */
export interface HostForParameters extends Means {
  readonly processors: readonly number[];
  readonly nodes: readonly number[];
}

export async function hostForParameters(
  ports: Pick<Host, 'cgroups'> & LimitTargetPorts,
): Promise<HostForParameters> {
  return {
    ...(await meansOf(ports)),
    processors: await onlineProcessors(ports),
    nodes: await onlineNodes(ports),
  };
}

export async function meansOf({
  cgroups,
  blockDevices,
  pool,
}: Pick<Host, 'cgroups'> & Pick<LimitTargetPorts, 'blockDevices' | 'pool'>): Promise<Means> {
  return { hierarchies: await cgroups.describe(), disks: await blockDevices.below(pool.root) };
}

/**
 * What a person should know about values that this host counts and does not limit, in words.
 * @throws CodedError host_lacks for a parameter that it can do nothing for, invalid_parameter for processors that it does not have
 */
export function checkForHost(values: ParameterValues, host: HostForParameters): readonly string[] {
  const remarks: string[] = [];
  for (const row of parameterRows) {
    const value = values[row.name as ParameterName];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(row.default)) continue;
    const { state, note } = whatHolds(row, host);
    if (!hasBarrier(row, value, host))
      remarks.push(`${row.name} ${formatAmount(row, value)}: its barrier only warns`);
    if (state === 'accounted') remarks.push(`${row.name} ${formatAmount(row, value)} is ${note}`);
    if (state === 'unavailable') throw lacking(row, note);
  }
  checkProcessors(completeValues(values), host);
  return remarks;
}

/** Whether the kernel does anything at a barrier that is not the limit. */
function hasBarrier(row: ParameterRow, value: ParameterValue, { hierarchies }: HostForParameters): boolean {
  if (typeof value !== 'object') return true;
  return controlsOf(row, hierarchies.layout).some(({ half }) => half === 'barrier');
}

function lacking({ name }: ParameterRow, note: string) {
  return fault('host_lacks', {
    feature: note.replace('not available here: needs ', ''),
    consequence: `${name} cannot be limited`,
    remedy: `leave ${name} at its default`,
  });
}

function checkProcessors({ cpumask, nodemask, cpus }: AllParameterValues, host: HostForParameters): void {
  const refuse = (parameter: ParameterName, value: string, problem: string) => {
    throw fault('invalid_parameter', { parameter, value, problem });
  };
  const absent = (list: string, there: readonly number[]) =>
    list === 'all' ? [] : numbersOf(list).filter((number) => !there.includes(number));
  const processors = absent(cpumask, host.processors);
  if (processors.length > 0)
    refuse(
      'cpumask',
      cpumask,
      `the node has no processor ${listOf(processors)}, only ${listOf(host.processors)}`,
    );
  const nodes = absent(nodemask, host.nodes);
  if (nodes.length > 0)
    refuse('nodemask', nodemask, `the node has no NUMA node ${listOf(nodes)}, only ${listOf(host.nodes)}`);
  const count = amountNumber(limitOf(cpus));
  if (Number.isFinite(count) && count > host.processors.length)
    refuse('cpus', String(count), `the node has ${host.processors.length} processors`);
}
