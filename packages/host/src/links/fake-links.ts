import type { LinkInfo, LinkListener, Links, NamespaceHolder, RouteInfo } from './links.ts';

export interface RecordedBatch {
  /** Whose network namespace was entered; null for the host's own. */
  readonly inside: NamespaceHolder | null;
  readonly lines: readonly string[];
}

/** Records batches. `link add NAME` and `link delete NAME` on the host's side are followed in `present`. */
export class FakeLinks implements Links {
  /** Devices beside those that were made by `batch`. */
  readonly devices: LinkInfo[] = [];
  readonly batches: RecordedBatch[] = [];
  readonly present = new Set<string>(['lo']);
  /** Who is told of changes. */
  listener: LinkListener | null = null;
  readonly routeTable: RouteInfo[] = [];

  async batch(lines: readonly string[]): Promise<void> {
    this.batches.push({ inside: null, lines: [...lines] });
    for (const line of lines) {
      const [, verb, name] = /^link (add|del(?:ete)?) (?:dev |name )?(\S+)/.exec(line) ?? [];
      if (name === undefined) continue;
      if (verb === 'add') this.present.add(name);
      else this.present.delete(name);
    }
  }

  async batchInside(place: NamespaceHolder, lines: readonly string[]): Promise<void> {
    if (lines.length > 0) this.batches.push({ inside: place, lines: [...lines] });
  }

  async bridgeBatch(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) this.batches.push({ inside: null, lines: [...lines] });
  }

  async bringHere(place: NamespaceHolder, { from, to }: { readonly from: string; readonly to: string }) {
    this.batches.push({ inside: place, lines: [`bring ${from} here as ${to}`] });
  }

  async linkExists(name: string): Promise<boolean> {
    return this.present.has(name);
  }

  async watch(listener: LinkListener): Promise<{ close(): void }> {
    this.listener = listener;
    return { close: () => undefined };
  }

  async list(): Promise<readonly LinkInfo[]> {
    const made = [...this.present].map((name, index) => ({
      name,
      index: index + 1,
      mac: null,
      mtu: 1_500,
      isUp: true,
      kind: name === 'lo' ? null : 'veth',
      master: null,
    }));
    return [...made, ...this.devices];
  }

  async listInside(): Promise<readonly LinkInfo[]> {
    return [];
  }

  async routes(): Promise<readonly RouteInfo[]> {
    return this.routeTable;
  }
}
