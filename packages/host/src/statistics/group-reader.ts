import { readFileSync, statSync } from 'node:fs';
import type { CgroupHierarchies } from '../cgroups/cgroups.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { parseBlkio, parseIoStat, parseKeyed, parseLimit, parsePressure } from './parse-group.ts';
import type { GroupLimits, GroupPaths, GroupStatistics, PressureStatistics } from './statistics.ts';

type Cpu = NonNullable<GroupStatistics['cpu']>;

/** The text of a file without its last line end; null when group, controller or file are not there. */
export const readIfThere = (path: string): string | null => {
  try {
    // kernfs answers from memory: a trip to a worker thread would cost ten times as much
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    // EOPNOTSUPP: pressure accounting is switched off (psi=0, cgroup.pressure)
    if (hasErrorCode(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP', 'ENOTSUP')) return null;
    throw error;
  }
};

const numberIfThere = (path: string): number | null => {
  const text = readIfThere(path);
  return text === null ? null : Number(text);
};

/** The three pressure files of a directory, which /proc/pressure has without a suffix. */
export const readPressure = (dir: string, suffix: string): PressureStatistics | null => {
  const [cpu, memory, io] = ['cpu', 'memory', 'io'].map((name) => readIfThere(`${dir}/${name}${suffix}`));
  if (cpu === null || cpu === undefined) return null;
  return { cpu: parsePressure(cpu), memory: parsePressure(memory ?? ''), io: parsePressure(io ?? '') };
};

/** Reads the statistics of groups wherever this host has them: each controller is on v1 or in the v2 tree. */
export class GroupReader {
  readonly #unified: string | null;
  readonly #legacy: Readonly<Record<string, string>>;

  constructor({ unifiedRoot, legacyRoots }: CgroupHierarchies) {
    this.#unified = unifiedRoot;
    this.#legacy = legacyRoots;
  }

  /** `known`: what was found earlier, for a group that has been idle since. */
  read({ outer, payload }: GroupPaths, known: GroupStatistics | null = null): GroupStatistics | null {
    const generation = this.#generation(outer);
    if (generation === null) return null;
    const unified = this.#unified === null ? null : `${this.#unified}/${outer}`;
    const times = this.#times(outer, unified);
    const rest = {
      generation,
      // both grow for a group that only waits
      io: this.#io(payload, unified),
      pressure: unified === null ? null : readPressure(unified, '.pressure'),
    };
    const isIdle = known?.generation === generation && times !== null && known.cpu?.usage === times.usage;
    if (isIdle) return { ...known, ...rest };
    return {
      ...rest,
      cpu: times === null ? null : { ...times, ...this.#bandwidth(outer, unified) },
      memory: this.#memory(outer, payload, unified),
      processes: this.#processes(outer, payload, unified),
    };
  }

  limits(outer: string): GroupLimits {
    const { memory, pids, cpu } = this.#legacy;
    const unified = this.#unified === null ? null : `${this.#unified}/${outer}`;
    const limit = (legacy: string | undefined, v1: string, v2: string): number | null => {
      if (legacy !== undefined) return parseLimit(readIfThere(`${legacy}/${outer}/${v1}`) ?? '');
      return unified === null ? null : parseLimit(readIfThere(`${unified}/${v2}`) ?? '');
    };
    return {
      cpu: this.#cpuLimit(cpu === undefined ? null : `${cpu}/${outer}`, unified),
      memory: limit(memory, 'memory.limit_in_bytes', 'memory.max'),
      processes: limit(pids, 'pids.max', 'pids.max'),
    };
  }

  /** File handles of a group's directory are never used twice while the machine is up (kernfs, `kn->id`). */
  #generation(outer: string): string | null {
    const root = this.#unified ?? this.#legacy['memory'] ?? Object.values(this.#legacy)[0];
    if (root === undefined) return null;
    const found = statSync(`${root}/${outer}`, { throwIfNoEntry: false });
    return found === undefined ? null : String(found.ino);
  }

  #times(outer: string, unified: string | null): Pick<Cpu, 'usage' | 'user' | 'system'> | null {
    const times = parseKeyed((unified === null ? null : readIfThere(`${unified}/cpu.stat`)) ?? '');
    const usage = times.get('usage_usec') ?? this.#legacyUsage(outer);
    if (usage === null) return null;
    return { usage, user: times.get('user_usec') ?? usage, system: times.get('system_usec') ?? 0 };
  }

  #bandwidth(outer: string, unified: string | null): Pick<Cpu, 'periods' | 'throttledPeriods' | 'throttled'> {
    const legacy = this.#legacy['cpu'];
    const dir = legacy === undefined ? unified : `${legacy}/${outer}`;
    const limits = parseKeyed((dir === null ? null : readIfThere(`${dir}/cpu.stat`)) ?? '');
    return {
      periods: limits.get('nr_periods') ?? 0,
      throttledPeriods: limits.get('nr_throttled') ?? 0,
      // v1 has it in nanoseconds
      throttled: limits.get('throttled_usec') ?? (limits.get('throttled_time') ?? 0) / 1000,
    };
  }

  /** Hosts without a v2 tree have nanoseconds in the hierarchy of cpuacct, where runc makes the groups. */
  #legacyUsage(outer: string): number | null {
    const root = this.#legacy['cpuacct'];
    const nanoseconds = root === undefined ? null : numberIfThere(`${root}/${outer}/cpuacct.usage`);
    return nanoseconds === null ? null : Math.floor(nanoseconds / 1000);
  }

  #memory(outer: string, payload: string, unified: string | null): GroupStatistics['memory'] {
    const root = this.#legacy['memory'];
    if (root !== undefined) {
      const dir = `${root}/${outer}`;
      const current = numberIfThere(`${dir}/memory.usage_in_bytes`);
      if (current === null) return null;
      const stat = parseKeyed(readIfThere(`${dir}/memory.stat`) ?? '');
      const oom = parseKeyed(readIfThere(`${root}/${payload}/memory.oom_control`) ?? '');
      return {
        current,
        peak: numberIfThere(`${dir}/memory.max_usage_in_bytes`),
        anonymous: stat.get('total_rss') ?? 0,
        cache: (stat.get('total_cache') ?? 0) - (stat.get('total_shmem') ?? 0),
        swap: stat.get('total_swap') ?? 0,
        oomKills: oom.get('oom_kill') ?? 0,
      };
    }
    const current = unified === null ? null : numberIfThere(`${unified}/memory.current`);
    if (current === null) return null;
    const stat = parseKeyed(readIfThere(`${unified}/memory.stat`) ?? '');
    const events = parseKeyed(readIfThere(`${unified}/memory.events`) ?? '');
    return {
      current,
      // since Linux 5.19
      peak: numberIfThere(`${unified}/memory.peak`),
      anonymous: stat.get('anon') ?? 0,
      cache: (stat.get('file') ?? 0) - (stat.get('shmem') ?? 0),
      swap: numberIfThere(`${unified}/memory.swap.current`) ?? 0,
      oomKills: events.get('oom_kill') ?? 0,
    };
  }

  /** Up to Linux 6.10, and on v1 for good, a refusal is counted in the group of who was refused, not in that of the limit. */
  #processes(outer: string, payload: string, unified: string | null): GroupStatistics['processes'] {
    const root = this.#legacy['pids'] ?? this.#unified;
    if (root === null || (unified === null && this.#legacy['pids'] === undefined)) return null;
    const current = numberIfThere(`${root}/${outer}/pids.current`);
    if (current === null) return null;
    const refused = (path: string): number =>
      parseKeyed(readIfThere(`${root}/${path}/pids.events`) ?? '').get('max') ?? 0;
    return { current, refused: Math.max(refused(outer), refused(payload)) };
  }

  #io(payload: string, unified: string | null): GroupStatistics['io'] {
    const root = this.#legacy['blkio'];
    if (root === undefined) {
      const text = unified === null ? null : readIfThere(`${unified}/io.stat`);
      return text === null ? null : parseIoStat(text);
    }
    const bytes = readIfThere(`${root}/${payload}/blkio.throttle.io_service_bytes`);
    if (bytes === null) return null;
    return parseBlkio(bytes, readIfThere(`${root}/${payload}/blkio.throttle.io_serviced`) ?? '');
  }

  #cpuLimit(legacy: string | null, unified: string | null): number | null {
    if (legacy !== null) {
      const quota = parseLimit(readIfThere(`${legacy}/cpu.cfs_quota_us`) ?? '');
      const period = numberIfThere(`${legacy}/cpu.cfs_period_us`);
      return quota === null || period === null ? null : quota / period;
    }
    const text = unified === null ? null : readIfThere(`${unified}/cpu.max`);
    const [quota = '', period = ''] = (text ?? '').split(' ');
    const limit = parseLimit(quota);
    return limit === null ? null : limit / Number(period);
  }
}
