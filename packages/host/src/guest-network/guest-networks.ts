/** What the network namespace of a VE holds beside connections, as the kernel's own tools tell it. */
export interface GuestNetwork {
  /** `ip -details -json address`: links with their addresses. */
  readonly links: readonly GuestLinkFacts[];
  /** Lines of `ip -oneline route show table all`, by family, without what the kernel makes by itself. */
  readonly routes: Readonly<Record<'4' | '6', readonly string[]>>;
  /** Lines of `ip rule`, by family. */
  readonly rules: Readonly<Record<'4' | '6', readonly string[]>>;
  /** Lines of `ip neighbour show nud permanent`. */
  readonly neighbours: readonly string[];
  /** `nft list ruleset`, counters and set elements included. */
  readonly ruleset: string;
  /** `iptables-save` and `ip6tables-save` of the legacy tables, by family; empty without any. */
  readonly legacyTables: Readonly<Record<'4' | '6', string>>;
  /** Every readable setting below net. */
  readonly sysctls: Readonly<Record<string, string>>;
}

export interface GuestLinkFacts {
  readonly name: string;
  readonly kind: string | null;
  readonly index: number;
  /** Its MAC address. */
  readonly address: string | null;
  /** The bridge that it is a port of. */
  readonly master: string | null;
  /** The link that it stands on: of a VLAN, of a macvlan. */
  readonly parent: string | null;
  /** What its kind knows of it (`info_data` of iproute2). */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly isUp: boolean;
  readonly mtu: number;
  readonly addresses: readonly {
    readonly family: 'inet' | 'inet6';
    readonly local: string;
    readonly prefixLength: number;
    readonly scope: string;
    readonly label: string | null;
    /** Given by the kernel or by a router, not by anybody inside. */
    readonly isDynamic: boolean;
  }[];
}

export interface GuestNetworkScript {
  /** Lines for `ip -force -batch`, by family: those that fail are passed over. */
  readonly lines: Readonly<Record<'4' | '6', readonly string[]>>;
  readonly ruleset: string;
  readonly legacyTables: GuestNetwork['legacyTables'];
  readonly sysctls: Readonly<Record<string, string>>;
}

interface Options {
  readonly signal?: AbortSignal;
}

/** The network inside VEs, seen and changed from the host by entering nothing but the network namespace of a process. */
export interface GuestNetworks {
  read(pid: number, options?: Options): Promise<GuestNetwork>;
  /** @returns what the kernel or a tool refused, in words; the rest is in place */
  apply(pid: number, script: GuestNetworkScript, options?: Options): Promise<readonly string[]>;
}
