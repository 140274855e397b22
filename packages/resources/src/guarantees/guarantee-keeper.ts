import type { ParameterValues } from '@insula/contract';
import { type CgroupHierarchies, type Host, hasErrorCode } from '@insula/host';
import { Turns } from '@insula/operations';
import { encodeLimit } from '../encode-limit.ts';
import { onlineProcessors } from '../limit-target.ts';
import { amountNumber, limitOf } from '../parameter-halves.ts';
import { completeValues } from '../parameter-values.ts';
import { type Sharer, shareUnits } from './share-units.ts';

/** A VE that runs, with the parameters that it runs with. */
export interface Guaranteed {
  readonly ctid: number;
  readonly cgroup: string;
  readonly parameters: ParameterValues;
}

export interface GuaranteePorts extends Pick<Host, 'cgroups' | 'files'> {
  /** The groups above those of VEs, the outermost first, such as ['insula', 'insula/ve']. */
  readonly parents: readonly string[];
  readonly cpuReservePercent: number;
  running(): readonly Guaranteed[];
  readonly log: (line: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Milliseconds in which changes are gathered: many VEs start together. */
const patience = 100;

/** How much more than one process of the host all VEs together weigh, where some were promised CPU time. */
const weightOfAll = 20_000;

/**
 * Keeps promises that depend on all VEs: weights from which each gets its share of CPU time, and the memory that the groups above are
 * guaranteed, without which the kernel guarantees nothing below (cgroup-v2.rst, "memory.min").
 */
export class GuaranteeKeeper {
  readonly #ports: GuaranteePorts;
  #timer: NodeJS.Timeout | undefined;
  /** Whether anything was promised at the last look: while nothing is, nothing is read. */
  #hadPromises = true;
  readonly #turns = new Turns();

  constructor(ports: GuaranteePorts) {
    this.#ports = ports;
  }

  /** Something changed: everything is weighed again soon. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.look();
    }, patience).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Never throws: the next change tries again. */
  async look(): Promise<void> {
    try {
      await this.#turns.take(async () => await this.#keep());
    } catch (error) {
      this.#ports.log('guarantees of VEs cannot be kept', { problem: String(error) });
    }
  }

  async #keep(): Promise<void> {
    const { cgroups, parents } = this.#ports;
    const ves = this.#ports.running();
    const sharers = ves.map(sharerOf);
    const hasPromises = ves.some(({ parameters }) => promises.some((name) => parameters[name] !== undefined));
    if (!hasPromises && !this.#hadPromises) return;
    const hierarchies = await cgroups.describe();
    const capacity = (await onlineProcessors(this.#ports)).length * (100 - this.#ports.cpuReservePercent);
    const units = shareUnits(sharers, capacity);
    for (const { ctid, cgroup } of ves) await this.#weigh(hierarchies, cgroup, units.get(ctid) ?? 1000);
    const [outermost] = parents;
    const isCpuPromised = sharers.some(({ guarantee }) => guarantee > 0);
    if (outermost !== undefined)
      await this.#weigh(hierarchies, outermost, isCpuPromised ? weightOfAll : 1000);
    if (hierarchies.layout === 'v2') await this.#protect(ves);
    this.#hadPromises = hasPromises;
  }

  async #weigh({ layout, controllers }: CgroupHierarchies, group: string, cpuunits: number): Promise<void> {
    if (!controllers.includes('cpu')) return;
    const isV2 = layout === 'v2';
    const file = isV2 ? 'cpu.weight' : 'cpu.shares';
    const encode = isV2 ? 'cpu-weight' : 'cpu-shares';
    const values = completeValues({ cpuunits });
    await this.#write('cpu', group, file, encodeLimit({ encode }, cpuunits, values, nowhere));
  }

  async #protect(ves: readonly Guaranteed[]): Promise<void> {
    const sum = (name: 'vmguarpages' | 'oomguarpages') =>
      ves.reduce((so, { parameters }) => so + amountNumber(limitOf(completeValues(parameters)[name])), 0);
    for (const group of this.#ports.parents) {
      await this.#write('memory', group, 'memory.min', String(sum('vmguarpages')));
      await this.#write('memory', group, 'memory.low', String(sum('oomguarpages')));
    }
  }

  async #write(controller: string, group: string, file: string, value: string): Promise<void> {
    try {
      const { cgroups } = this.#ports;
      if ((await cgroups.read(controller, group, file)) !== value)
        await cgroups.write(controller, group, file, value);
    } catch (error) {
      // a VE that has just ended, or a host without the controller
      if (!hasErrorCode(error, 'ENOENT', 'ENODEV')) throw error;
    }
  }
}

const promises = ['cpuguarantee', 'vmguarpages', 'oomguarpages'] as const;

/** Weights depend on no processors or disks. */
const nowhere = { seed: 0, processors: [], disks: [] };

function sharerOf({ ctid, parameters }: Guaranteed): Sharer {
  const { cpuunits, cpuguarantee } = completeValues(parameters);
  return { ctid, units: amountNumber(limitOf(cpuunits)), guarantee: amountNumber(limitOf(cpuguarantee)) };
}
