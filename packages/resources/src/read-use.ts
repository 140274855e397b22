import type { CounterFile, ParameterName, ParameterRow, ParameterUse, VeSpec } from '@insula/contract';
import { type GuestCounts, type Host, hasErrorCode, type ProcessIdentity } from '@insula/host';
import { meansOf } from './host-check.ts';
import { barrierOf, limitOf } from './parameter-halves.ts';
import { completeValues, parameterRows } from './parameter-values.ts';
import { whatHolds } from './what-holds.ts';

export interface UsePorts extends Pick<Host, 'cgroups' | 'guestCounter' | 'blockDevices'> {
  readonly pool: { readonly root: string };
  /** What the volume of a VE holds; null where its layout cannot tell. */
  volumeUsage(spec: VeSpec): Promise<{ readonly bytes: number | null; readonly inodes: number | null }>;
}

/** A VE whose counters are read: its groups, and its init where it runs. */
export interface UseTarget {
  readonly spec: VeSpec;
  readonly groups: { readonly outer: string; readonly payload: string };
  readonly init: ProcessIdentity | null;
}

/** Numbers of one parameter, in the unit of its row; null where nobody counts. */
export interface Counters {
  readonly held: number | null;
  readonly maxheld: number | null;
  readonly failcnt: number | null;
}

const nothing: Counters = { held: null, maxheld: null, failcnt: null };

/**
 * What a VE holds of every parameter. Cgroup files are read once each; what no cgroup counts is gathered from /proc unless
 * `gathered` is false, which leaves a read of a few files. Starts no program.
 */
export async function readCounters(
  ports: UsePorts,
  target: UseTarget,
  options: { readonly gathered?: boolean } = {},
): Promise<ReadonlyMap<ParameterName, Counters>> {
  const { layout } = await ports.cgroups.describe();
  const files = new GroupFiles(ports, target.groups);
  const counts = options.gathered === false ? {} : await gather(ports, target);
  const all = new Map<ParameterName, Counters>();
  for (const row of parameterRows) {
    const kept = row.counters?.[layout === 'v2' ? 'v2' : 'v1'];
    const isDown = target.init === null;
    const number = async (file: CounterFile | undefined) =>
      file === undefined || isDown ? null : await files.number(file);
    const own: Counters = {
      held: await number(kept?.held),
      maxheld: await number(kept?.maxheld),
      failcnt: await number(kept?.failcnt),
    };
    const gathered = row.gathered === undefined ? null : (counts[row.gathered] ?? null);
    all.set(row.name as ParameterName, gathered === null ? own : { ...own, held: gathered });
  }
  return all;
}

/** Every parameter of a VE with its counters, its barrier and limit, and what holds it on this host. */
export async function readUse(ports: UsePorts, target: UseTarget): Promise<ParameterUse[]> {
  const values = completeValues(target.spec.parameters);
  const counters = await readCounters(ports, target);
  const means = await meansOf(ports);
  return parameterRows.map((row: ParameterRow): ParameterUse => {
    const name = row.name as ParameterName;
    const { state, note } = whatHolds(row, means);
    return {
      parameter: name,
      group: row.group,
      unit: row.unit,
      ...(counters.get(name) ?? nothing),
      barrier: barrierOf(values[name]),
      limit: row.shape === 'guarantee' ? 'unlimited' : limitOf(values[name]),
      state,
      note,
    };
  });
}

type Gathered = Partial<Record<keyof GuestCounts | 'volumeBytes' | 'volumeInodes', number | null>>;

async function gather(ports: UsePorts, { spec, groups, init }: UseTarget): Promise<Gathered> {
  const volume = await ports.volumeUsage(spec).catch(() => ({ bytes: null, inodes: null }));
  const use = { volumeBytes: volume.bytes, volumeInodes: volume.inodes };
  if (init === null) return use;
  const pids = await ports.cgroups.processes(groups.outer);
  return { ...use, ...(await ports.guestCounter.count(init.pid, pids)) };
}

/** Files of a VE's groups, each read once. */
class GroupFiles {
  readonly #cgroups: UsePorts['cgroups'];
  readonly #groups: UseTarget['groups'];
  readonly #texts = new Map<string, Promise<string | null>>();

  constructor({ cgroups }: UsePorts, groups: UseTarget['groups']) {
    this.#cgroups = cgroups;
    this.#groups = groups;
  }

  async number({ plus, ...counter }: CounterFile): Promise<number | null> {
    const own = await this.#one(counter);
    if (own === null || plus === undefined) return own;
    return own + ((await this.number(plus)) ?? 0);
  }

  async #one({ controller, file, key, inside }: CounterFile): Promise<number | null> {
    const group = inside === true ? this.#groups.payload : this.#groups.outer;
    const path = `${group}/${file}`;
    const text = await (this.#texts.get(path) ?? this.#read(controller, group, file));
    if (text === null) return null;
    const word = key === undefined ? text : keyed(text, key);
    return word === null || !/^\d+$/.test(word) ? null : Number(word);
  }

  async #read(controller: string, group: string, file: string): Promise<string | null> {
    const reading = this.#cgroups.read(controller, group, file).catch((error: unknown) => {
      // a kernel without the file, or a VE that has just ended
      if (hasErrorCode(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP')) return null;
      throw error;
    });
    this.#texts.set(`${group}/${file}`, reading);
    return await reading;
  }
}

function keyed(text: string, key: string): string | null {
  for (const line of text.split('\n')) {
    const [name, value] = line.split(' ');
    if (name === key) return value ?? null;
  }
  return null;
}
