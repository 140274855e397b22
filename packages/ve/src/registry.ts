import { type CodedError, fault, type OperationTarget, type VeSpec } from '@insula/contract';
import { parseForwards } from '@insula/network';
import { neverStarted, type VeRuntime } from './runtime.ts';

export interface VeEntry {
  readonly spec: VeSpec;
  readonly runtime: VeRuntime;
}

/** What a VE has for itself, as far as it is known. */
export interface Claims extends Partial<Pick<VeSpec, 'name' | 'ctid' | 'idBase'>> {
  readonly addresses: readonly string[];
}

export type RegistryChange = {
  readonly what: 'created' | 'changed' | 'state' | 'destroyed';
  readonly entry: VeEntry;
};

/**
 * All VEs of the node in memory: reads never touch the disk.
 *
 * INVARIANTS
 * - CTIDs, names, addresses, forwarded ports, hardware addresses, handed devices and id ranges are unique among the entries: `add` and `replace` refuse what would break that.
 * - An entry is there from the moment its creation is accepted until its destruction is complete.
 */
export class VeRegistry {
  readonly #entries = new Map<string, VeEntry>();
  readonly #byName = new Map<string, string>();
  readonly #byCtid = new Map<number, string>();
  readonly #byAddress = new Map<string, string>();
  /** Forwarded ports of the node, such as 'tcp:8080'. */
  readonly #byPort = new Map<string, string>();
  /** What interfaces have for themselves, such as 'mac 02:…' or 'device eth1'. */
  readonly #byInterface = new Map<string, string>();
  readonly #byIdBase = new Map<number, string>();
  readonly #listeners = new Set<(change: RegistryChange) => void>();

  /** As `lookUp`. @throws CodedError ve_not_found */
  find(reference: string): VeEntry {
    const entry = this.lookUp(reference);
    if (entry === undefined) throw fault('ve_not_found', { ve: reference });
    return entry;
  }

  /** The VE with this CTID, UUID or name: a name that looks like the UUID of another VE does not hide it. */
  lookUp(reference: string): VeEntry | undefined {
    const uuid = /^\d{1,9}$/.test(reference)
      ? this.#byCtid.get(Number(reference))
      : this.#byName.get(reference);
    return this.#entries.get(reference) ?? this.#entries.get(uuid ?? '');
  }

  get(uuid: string): VeEntry | undefined {
    return this.#entries.get(uuid);
  }

  /** The VE that an operation is about. @throws CodedError ve_not_found */
  entryOf({ id, name }: OperationTarget): VeEntry {
    const entry = this.get(id);
    if (entry === undefined) throw fault('ve_not_found', { ve: name });
    return entry;
  }

  /** All entries in the order of their CTIDs. */
  list(): readonly VeEntry[] {
    return [...this.#entries.values()].sort((a, b) => a.spec.ctid - b.spec.ctid);
  }

  /** @throws CodedError name_taken, ctid_taken, id_range_taken, address_taken, port_taken, mac_taken, device_taken */
  add(spec: VeSpec, runtime: VeRuntime = neverStarted): VeEntry {
    this.refuseConflicts(spec);
    const entry = { spec, runtime };
    this.#index(entry);
    this.#tell({ what: 'created', entry });
    return entry;
  }

  /** Takes a changed spec of a VE that is here, or adds it. @throws CodedError as `add` does */
  replace(spec: VeSpec): VeEntry {
    const old = this.#entries.get(spec.uuid);
    if (old === undefined) return this.add(spec);
    this.refuseConflicts(spec);
    this.#unindex(old);
    const entry = { spec, runtime: old.runtime };
    this.#index(entry);
    this.#tell({ what: 'changed', entry });
    return entry;
  }

  /** Keeps for a VE that cannot be taken in what is its own: nobody else gets it, and the VE fits in again once it is repaired. */
  keepFor(uuid: string, { name, ctid, idBase, addresses }: Claims): void {
    const keep = <Key>(owners: Map<Key, string>, key: Key | undefined) => {
      if (key !== undefined && !owners.has(key)) owners.set(key, uuid);
    };
    keep(this.#byName, name);
    keep(this.#byCtid, ctid);
    keep(this.#byIdBase, idBase);
    for (const address of addresses) keep(this.#byAddress, address);
  }

  /** Notes what a VE is now; a VE that is gone is passed over. */
  note(uuid: string, change: Partial<VeRuntime>): void {
    const old = this.#entries.get(uuid);
    if (old === undefined) return;
    const entry = { spec: old.spec, runtime: { ...old.runtime, ...change } };
    this.#entries.set(uuid, entry);
    this.#tell({ what: 'state', entry });
  }

  remove(uuid: string): void {
    const entry = this.#entries.get(uuid);
    if (entry === undefined) return;
    this.#unindex(entry);
    this.#tell({ what: 'destroyed', entry });
  }

  /** Addresses in use, each with the name of its VE. */
  addresses(): ReadonlyMap<string, string> {
    return new Map([...this.#byAddress].map(([address, uuid]) => [address, this.#nameOf(uuid)]));
  }

  ctids(): ReadonlySet<number> {
    return new Set(this.#byCtid.keys());
  }

  /** First ids of the ranges in use. */
  idBases(): ReadonlySet<number> {
    return new Set(this.#byIdBase.keys());
  }

  onChange(listener: (change: RegistryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells listeners about a VE whose view changed for another reason, such as an operation taking hold of it. */
  touch(uuid: string): void {
    const entry = this.#entries.get(uuid);
    if (entry !== undefined) this.#tell({ what: 'state', entry });
  }

  /** @throws CodedError as `add` does, when another VE has what this spec claims */
  refuseConflicts({ uuid, name, ctid, idBase, addresses, forwards, interfaces }: VeSpec): void {
    /** The name of the VE that has it, if that is another one. */
    const otherOf = (owner: string | undefined) =>
      owner === undefined || owner === uuid ? undefined : this.#nameOf(owner);
    if (otherOf(this.#byName.get(name)) !== undefined) throw fault('name_taken', { name });
    if (otherOf(this.#byCtid.get(ctid)) !== undefined) throw fault('ctid_taken', { ctid });
    const twin = otherOf(this.#byIdBase.get(idBase));
    if (twin !== undefined) throw fault('id_range_taken', { first: idBase, ve: twin });
    for (const address of addresses) {
      const ve = otherOf(this.#byAddress.get(address));
      if (ve !== undefined) throw fault('address_taken', { address, ve });
    }
    for (const { protocol, port } of parseForwards(forwards)) {
      const ve = otherOf(this.#byPort.get(`${protocol}:${port}`));
      if (ve !== undefined) throw fault('port_taken', { protocol, port, ve });
    }
    for (const { key, refusal } of interfaces.flatMap(claimsOf)) {
      const ve = otherOf(this.#byInterface.get(key));
      if (ve !== undefined) throw refusal(ve);
    }
  }

  #nameOf(uuid: string): string {
    return this.#entries.get(uuid)?.spec.name ?? uuid;
  }

  #index(entry: VeEntry): void {
    const { uuid, name, ctid, idBase, addresses } = entry.spec;
    this.#entries.set(uuid, entry);
    this.#byName.set(name, uuid);
    this.#byCtid.set(ctid, uuid);
    this.#byIdBase.set(idBase, uuid);
    for (const address of addresses) this.#byAddress.set(address, uuid);
    for (const { protocol, port } of parseForwards(entry.spec.forwards))
      this.#byPort.set(`${protocol}:${port}`, uuid);
    for (const { key } of entry.spec.interfaces.flatMap(claimsOf)) this.#byInterface.set(key, uuid);
  }

  #unindex(entry: VeEntry): void {
    this.#entries.delete(entry.spec.uuid);
    this.#byName.delete(entry.spec.name);
    this.#byCtid.delete(entry.spec.ctid);
    this.#byIdBase.delete(entry.spec.idBase);
    for (const address of entry.spec.addresses) this.#byAddress.delete(address);
    for (const { protocol, port } of parseForwards(entry.spec.forwards))
      this.#byPort.delete(`${protocol}:${port}`);
    for (const { key } of entry.spec.interfaces.flatMap(claimsOf)) this.#byInterface.delete(key);
  }

  #tell(change: RegistryChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

interface InterfaceClaim {
  readonly key: string;
  readonly refusal: (ve: string) => CodedError;
}

/** What no other VE may have while one has this interface. */
function claimsOf({ kind, device, mac, addresses }: VeSpec['interfaces'][number]): readonly InterfaceClaim[] {
  return [
    { key: `mac ${mac}`, refusal: (ve) => fault('mac_taken', { mac, ve }) },
    ...(kind === 'device'
      ? [{ key: `device ${device}`, refusal: (ve: string) => fault('device_taken', { device, ve }) }]
      : addresses.map((written) => {
          const address = written.split('/')[0] ?? '';
          return {
            key: `address ${address} on ${device}`,
            refusal: (ve: string) => fault('address_taken', { address, ve }),
          };
        })),
  ];
}
