import {
  type AllParameterValues,
  type CgroupControl,
  type CgroupEncoding,
  listOf,
  type ParameterAmount,
} from '@insula/contract';
import { chooseProcessors } from './choose-processors.ts';
import { amountNumber, barrierOf, isAbove, limitOf } from './parameter-halves.ts';

/** What limits are compiled for. */
export interface LimitTarget {
  /** Spreads VEs over processors: the CTID. */
  readonly seed: number;
  /** Numbers of the processors that the node has online. */
  readonly processors: readonly number[];
  /** Disks below the pool as `MAJOR:MINOR`, none of them a partition. */
  readonly disks: readonly string[];
}

/** CFS period in microseconds: the kernel's default, which groups are created with. One percent of a core is 1 ms of it. */
const cpuPeriodMicroseconds = 100_000;
const microsecondsPerPercent = cpuPeriodMicroseconds / 100;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** The quota of `percent` of one core within a period. */
const quota = (percent: number): number => percent * microsecondsPerPercent;

/** The cap of CPU time in percent: of `cpulimit` and whole processors the smaller one. */
function cpuCap(values: AllParameterValues): ParameterAmount {
  const cap = Math.min(amountNumber(limitOf(values.cpulimit)), amountNumber(limitOf(values.cpus)) * 100);
  return Number.isFinite(cap) ? cap : 'unlimited';
}

interface Encoded {
  readonly amount: ParameterAmount;
  readonly values: AllParameterValues;
  readonly target: LimitTarget;
}

/**
 * How amounts are written into cgroup files. Ranges are the kernel's: cpu.weight and io.weight 1–10,000 (default 100), cpu.shares
 * 2–262,144 (default 1024, kernel/sched/sched.h), blkio.bfq.weight 1–1000 (default 100). 1000 units and ioprio 4 are the defaults.
 */
const encoders: Readonly<Record<CgroupEncoding, (encoded: Encoded) => string>> = {
  'number-or-max': ({ amount }) => (amount === 'unlimited' ? 'max' : String(amount)),
  'number-or-minus-one': ({ amount }) => (amount === 'unlimited' ? '-1' : String(amount)),
  'number-or-zero': ({ amount }) => (amount === 'unlimited' ? '0' : String(amount)),
  'cpu-weight': ({ amount }) =>
    String(amount === 'unlimited' ? 10_000 : clamp(Math.round(amount / 10), 1, 10_000)),
  'cpu-shares': ({ amount }) =>
    String(amount === 'unlimited' ? 262_144 : clamp(Math.round((amount * 1024) / 1000), 2, 262_144)),
  'cpu-max': ({ values }) => {
    const cap = cpuCap(values);
    return `${cap === 'unlimited' ? 'max' : quota(cap)} ${cpuPeriodMicroseconds}`;
  },
  'cfs-quota': ({ values }) => {
    const cap = cpuCap(values);
    return cap === 'unlimited' ? '-1' : String(quota(cap));
  },
  'cpu-burst': ({ amount }) => String(quota(amount === 'unlimited' ? 0 : amount)),
  'cpu-set': ({ values: { cpus, cpumask }, target: { processors, seed } }) => {
    const count = limitOf(cpus);
    if (cpumask === 'all' && (count === 'unlimited' || count >= processors.length)) return '';
    return listOf(
      chooseProcessors({
        online: processors,
        mask: cpumask,
        count: count === 'unlimited' ? null : count,
        seed,
      }),
    );
  },
  'node-set': ({ values: { nodemask } }) => (nodemask === 'all' ? '' : nodemask),
  // without a barrier of its own nothing slows the VE down before its limit
  'memory-high': ({ values: { physpages } }) =>
    isAbove(limitOf(physpages), barrierOf(physpages)) ? String(barrierOf(physpages)) : 'max',
  'memory-and-swap': ({ values: { physpages, swappages } }) => {
    const sum = amountNumber(limitOf(physpages)) + amountNumber(limitOf(swappages));
    return Number.isFinite(sum) ? String(sum) : '-1';
  },
  // groups above it are reclaimed from first (mm/memcontrol-v1.c): a VE without a guarantee is always above
  'soft-limit': ({ values: { vmguarpages, oomguarpages } }) => {
    const guarantee = Math.max(amountNumber(limitOf(vmguarpages)), amountNumber(limitOf(oomguarpages)));
    return Number.isFinite(guarantee) ? String(guarantee) : '-1';
  },
  'io-weight': ({ amount }) => `default ${ioWeight(amount)}`,
  'bfq-weight': ({ amount }) => String(ioWeight(amount)),
  'io-max': ({ values: { iolimit, iopslimit }, target: { disks } }) => {
    const [bytes, requests] = [limitOf(iolimit), limitOf(iopslimit)].map((amount) =>
      amount === 'unlimited' ? 'max' : amount,
    );
    return disks
      .map((disk) => `${disk} rbps=${bytes} wbps=${bytes} riops=${requests} wiops=${requests}`)
      .join('\n');
  },
  'bytes-of-devices': ofDevices,
  'requests-of-devices': ofDevices,
};

/** Zero lifts the limit of a device. */
function ofDevices({ amount, target: { disks } }: Encoded): string {
  return disks.map((disk) => `${disk} ${amount === 'unlimited' ? 0 : amount}`).join('\n');
}

/** Each step of ioprio is a factor of 1.5, so that 4 is 100 and 7 gets 17 times as much as 0. */
function ioWeight(amount: ParameterAmount): number {
  return Math.round(100 * 1.5 ** ((amount === 'unlimited' ? 7 : amount) - 4));
}

/** The text that a cgroup file takes; several lines are written one by one. */
export function encodeLimit(
  { encode, half }: Pick<CgroupControl, 'encode' | 'half'>,
  value: AllParameterValues[keyof AllParameterValues],
  values: AllParameterValues,
  target: LimitTarget,
): string {
  return encoders[encode]({ amount: half === 'barrier' ? barrierOf(value) : limitOf(value), values, target });
}
