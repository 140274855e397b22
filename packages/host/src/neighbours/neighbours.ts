/** A network that this node has a link to, by one of the addresses it has there. */
export interface LocalNetwork {
  readonly device: string;
  readonly mac: string;
  /** The node's own address there. */
  readonly address: string;
  /** Bits of the network's prefix. */
  readonly prefixLength: number;
}

export interface NeighbourOptions {
  readonly signal?: AbortSignal;
}

export interface Probe {
  readonly device: string;
  /** Hardware address to ask from: that of the device. */
  readonly mac: string;
  readonly address: string;
  /** Milliseconds to listen for an answer. */
  readonly timeoutMs: number;
}

/** Who has which address on the networks around: ARP for IPv4, neighbour discovery for IPv6. */
export interface Neighbours {
  /** The networks of this network namespace; devices that are down have none. Nothing is spawned. */
  localNetworks(): readonly LocalNetwork[];
  /**
   * Asks the network behind a device who has an address, under no address of our own, as a machine does before it takes one
   * (RFC 5227, RFC 4862).
   * @returns the hardware address of who answered first; null when nobody did
   * @throws SystemError ENODEV
   */
  probe(probe: Probe, options?: NeighbourOptions): Promise<string | null>;
  /** Tells the network that an address is found behind this device from now on. @throws SystemError ENODEV */
  announce(announcement: Omit<Probe, 'timeoutMs'>): Promise<void>;
}
