import type { NodeConfig, VeSpec } from '@insula/contract';
import type { Host } from '@insula/host';
import { checkPromises, nodeCapacity, promisedTo } from './capacity.ts';
import { checkForHost, hostForParameters } from './host-check.ts';
import type { LimitTargetPorts } from './limit-target.ts';

export interface AdmissionPorts extends Pick<Host, 'cgroups'>, LimitTargetPorts {
  readonly config: Pick<NodeConfig, 'reserve'>;
  /** The VEs that run now. */
  running(): readonly VeSpec[];
}

export interface Admittance {
  /** Whether what it is promised counts beside the promises to others: it runs, or is about to. */
  readonly runs: boolean;
  readonly force: boolean;
}

/** Whether this node can do for VEs what their parameters say. */
export class Admission {
  readonly #ports: AdmissionPorts;

  constructor(ports: AdmissionPorts) {
    this.#ports = ports;
  }

  /**
   * @returns what a person should know, in words
   * @throws CodedError host_lacks, invalid_parameter, overcommitted
   */
  async check(spec: VeSpec, { runs, force }: Admittance): Promise<readonly string[]> {
    const remarks = checkForHost(spec.parameters, await hostForParameters(this.#ports));
    const wanted = promisedTo(spec.parameters);
    if (wanted.memoryBytes === 0 && wanted.cpuPercent === 0) return remarks;
    const others = runs ? this.#ports.running().filter(({ uuid }) => uuid !== spec.uuid) : [];
    const capacity = await nodeCapacity(this.#ports, this.#ports.config);
    const promises = others.map(({ parameters }) => promisedTo(parameters));
    return [...remarks, ...checkPromises(capacity, promises, { name: spec.name, wanted }, { force })];
  }
}
