import type { CgroupEncoding, ParameterAmount } from '@insula/contract';

/** CFS period in microseconds: the kernel's default, which groups are created with. One percent of a core is 1 ms of it. */
const cpuPeriodMicroseconds = 100_000;
const microsecondsPerPercent = cpuPeriodMicroseconds / 100;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** The quota of `percent` of one core within a period. */
const quota = (percent: number): number => percent * microsecondsPerPercent;

/**
 * How amounts are written into cgroup files. Ranges are the kernel's: cpu.weight 1–10,000 (default 100), cpu.shares 2–262,144
 * (default 1024, kernel/sched/sched.h). 1000 units are the kernel's default of either.
 */
const encoders: Readonly<Record<CgroupEncoding, (amount: ParameterAmount) => string>> = {
  'number-or-max': (amount) => (amount === 'unlimited' ? 'max' : String(amount)),
  'number-or-minus-one': (amount) => (amount === 'unlimited' ? '-1' : String(amount)),
  'cpu-weight': (amount) =>
    String(amount === 'unlimited' ? 10_000 : clamp(Math.round(amount / 10), 1, 10_000)),
  'cpu-shares': (amount) =>
    String(amount === 'unlimited' ? 262_144 : clamp(Math.round((amount * 1024) / 1000), 2, 262_144)),
  'cpu-max': (amount) => `${amount === 'unlimited' ? 'max' : quota(amount)} ${cpuPeriodMicroseconds}`,
  'cfs-quota': (amount) => (amount === 'unlimited' ? '-1' : String(quota(amount))),
};

/** The text that a cgroup file takes for an amount. */
export function encodeLimit(encoding: CgroupEncoding, amount: ParameterAmount): string {
  return encoders[encoding](amount);
}
