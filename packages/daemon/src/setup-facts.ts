import { fault, type NodeConfig } from '@insula/contract';
import { nodeSysctls } from '@insula/network';
import { runLayout } from '@insula/ve';
import { hostSettings } from './doctor/host-settings.ts';

/**
 * What the shell scripts of setup/ need to know of a node, as lines `name value`; `sysctl` lines name a kernel setting and
 * the least value that it must have.
 * @throws CodedError invalid_input for a path that does not fit on a line
 */
export function setupFacts(config: NodeConfig): string {
  const { network, idRange } = config;
  const facts: readonly (readonly [string, string | number])[] = [
    ['name', config.name],
    ['state_dir', config.stateDir],
    ['run_dir', config.runDir],
    ['socket', runLayout(config.runDir).socket],
    ['pool', config.pool],
    ['pool_image', config.poolImage?.path ?? ''],
    ['templates_dir', config.templatesDir],
    ['cgroup_parent', config.cgroupParent],
    ['interface_prefix', config.interfacePrefix],
    ['table', network.table],
    ['network', network.pool],
    ['first_id', idRange.first],
    ['ids', idRange.count * idsOfVe],
    ...leastSettings().map(([name, least]) => ['sysctl', `${name} ${least}`] as const),
  ];
  const broken = facts.find(([, value]) => /[\n\r]/.test(String(value)));
  if (broken) throw fault('invalid_input', { field: broken[0], problem: 'is more than one line' });
  return facts.map(([name, value]) => `${name} ${value}\n`).join('');
}

/** A VE has a range of 65,536 ids of its own. */
const idsOfVe = 65_536;

/** What the doctor wants and what the network sets, each name once, in alphabetical order. */
function leastSettings(): readonly (readonly [string, number])[] {
  const least = new Map<string, number>();
  for (const { name, minimum } of hostSettings) least.set(name, minimum);
  for (const { name, value } of nodeSysctls({ hasIpv6: false }))
    least.set(name, Math.max(value, least.get(name) ?? 0));
  return [...least].sort(([left], [right]) => left.localeCompare(right, 'en'));
}
