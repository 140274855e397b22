import { fault, type LastExit, type VeSpec } from '@insula/contract';
import type { Files } from '@insula/host';
import type { PoolLayout } from '@insula/vzfs';
import type { Claims } from './registry.ts';
import type { VeRuntime } from './runtime.ts';
import { readSpec } from './spec.ts';

/** What a private area remembers of its runs: the part of the runtime that outlives a reboot of the node. */
export type RememberedState = Pick<VeRuntime, 'wanted' | 'lastExit' | 'crashes'>;

/** Reads and writes the two files that describe a VE: `ve.json` (its spec) and `state.json` (what it was last). */
export class VeFiles {
  readonly #files: Files;
  readonly #pool: PoolLayout;

  constructor(ports: { readonly files: Files; readonly pool: PoolLayout }) {
    this.#files = ports.files;
    this.#pool = ports.pool;
  }

  /** UUIDs of all private areas. */
  async list(): Promise<readonly string[]> {
    const entries = await this.#files.list(this.#pool.privateAreas);
    return entries
      .filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
  }

  /** @throws CodedError private_area_damaged */
  async readSpec(uuid: string): Promise<VeSpec> {
    const area = this.#pool.privateArea(uuid);
    try {
      const spec = readSpec(JSON.parse(await this.#files.readText(area.spec)));
      if (spec.uuid !== uuid)
        throw fault('invalid_input', { field: 'uuid', problem: `${spec.uuid} lies in ${area.dir}` });
      return spec;
    } catch (error) {
      throw fault(
        'private_area_damaged',
        { path: area.dir, problem: (error as Error).message },
        { cause: error },
      );
    }
  }

  /** What a ve.json that cannot be read as a whole says of what belongs to the VE. */
  async readClaims(uuid: string): Promise<Claims> {
    const text = (await this.#files.readTextIfExists(this.#pool.privateArea(uuid).spec)) ?? '';
    const name = /"name"\s*:\s*"([A-Za-z0-9._-]+)"/.exec(text)?.[1];
    const ctid = /"ctid"\s*:\s*(\d{3,6})\b/.exec(text)?.[1];
    const idBase = /"idBase"\s*:\s*(\d{5,10})\b/.exec(text)?.[1];
    const addresses = /"addresses"\s*:\s*\[([^\]]*)/.exec(text)?.[1] ?? '';
    return {
      ...(name === undefined ? {} : { name }),
      ...(ctid === undefined ? {} : { ctid: Number(ctid) }),
      ...(idBase === undefined ? {} : { idBase: Number(idBase) }),
      addresses: addresses.match(/\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*/g) ?? [],
    };
  }

  async writeSpec(spec: VeSpec): Promise<void> {
    await this.#write(this.#pool.privateArea(spec.uuid).spec, `${JSON.stringify(spec, null, 2)}\n`);
  }

  async removeSpec(uuid: string): Promise<void> {
    await this.#files.removeFile(this.#pool.privateArea(uuid).spec);
  }

  /** What it was last; a missing or broken file counts as never started, since nothing of value is in it. */
  async readState(uuid: string): Promise<RememberedState> {
    const text = await this.#files.readTextIfExists(this.#pool.privateArea(uuid).state);
    try {
      const state = JSON.parse(text ?? '{}') as Partial<RememberedState>;
      return {
        wanted: state.wanted === 'running' ? 'running' : 'stopped',
        lastExit: (state.lastExit as LastExit | undefined) ?? null,
        crashes: Number.isInteger(state.crashes) ? Number(state.crashes) : 0,
      };
    } catch {
      return { wanted: 'stopped', lastExit: null, crashes: 0 };
    }
  }

  async writeState(uuid: string, { wanted, lastExit, crashes }: RememberedState): Promise<void> {
    const state: RememberedState = { wanted, lastExit, crashes };
    await this.#write(this.#pool.privateArea(uuid).state, `${JSON.stringify(state)}\n`);
  }

  /** Nothing to do for what stands there already: taking back a change that a full disk did not take needs no room. */
  async #write(path: string, text: string): Promise<void> {
    if ((await this.#files.readTextIfExists(path)) !== text) await this.#files.writeAtomic(path, text);
  }
}
