export interface LinkInfo {
  readonly name: string;
  readonly index: number;
  readonly mac: string | null;
  readonly mtu: number;
  readonly isUp: boolean;
  /** 'veth', 'bridge', …; null for plain devices. */
  readonly kind: string | null;
  /** The bridge or bond that it is a port of. */
  readonly master: string | null;
}

/** A network namespace: that of a process, or one kept by a file. */
export type NamespaceHolder = number | string;

export interface RouteInfo {
  /** Prefix as the kernel writes it: '10.101.0.2', '10.0.0.0/8', 'default'. */
  readonly destination: string;
  readonly device: string | null;
  readonly gateway: string | null;
  readonly protocol: string | null;
}

export interface LinksOptions {
  readonly signal?: AbortSignal;
}

/** Told what happens to devices and addresses. */
export interface LinkListener {
  /** A line of ip-monitor(8): `Deleted 7: ins101@...` for a device that is gone. */
  onLine(line: string): void;
  /** Something may have been missed. */
  onGap(): void;
}

/** Network devices, addresses, routes and neighbours through iproute2. */
export interface Links {
  /** Runs `ip -batch` lines in order; stops at the first that fails. @throws CommandFailed naming the line */
  batch(lines: readonly string[], options?: LinksOptions): Promise<void>;
  /** The same inside a network namespace. */
  batchInside(place: NamespaceHolder, lines: readonly string[], options?: LinksOptions): Promise<void>;
  /** Runs `bridge -batch` lines, as `batch` does. @throws CommandFailed naming the line */
  bridgeBatch(lines: readonly string[], options?: LinksOptions): Promise<void>;
  /** Moves a device out of a network namespace into this one, under another name. @throws CommandFailed */
  bringHere(
    place: NamespaceHolder,
    names: { readonly from: string; readonly to: string },
    options?: LinksOptions,
  ): Promise<void>;
  /** Whether this network namespace has a device of that name (no process is spawned). */
  linkExists(name: string): Promise<boolean>;
  /** Listens to changes of devices and addresses until it is closed. */
  watch(listener: LinkListener): Promise<{ close(): void }>;
  list(options?: LinksOptions): Promise<readonly LinkInfo[]>;
  listInside(place: NamespaceHolder, options?: LinksOptions): Promise<readonly LinkInfo[]>;
  routes(
    options?: LinksOptions & { readonly family?: 4 | 6; readonly device?: string },
  ): Promise<readonly RouteInfo[]>;
}
