import type { UpperChanges, UpperTrees } from './upper-trees.ts';

/** Upper trees of which nothing but what is in them shows; remembers what was asked for. */
export class FakeUpperTrees implements UpperTrees {
  readonly calls: (readonly [call: string, upper: string])[] = [];
  changes: UpperChanges = { names: ['.'], removed: [], opaque: [] };

  async survey(upper: string): Promise<UpperChanges> {
    this.calls.push(['survey', upper]);
    return this.changes;
  }

  async complete(upper: string): Promise<void> {
    this.calls.push(['complete', upper]);
  }

  async detach(upper: string): Promise<void> {
    this.calls.push(['detach', upper]);
  }

  async cover(upper: string): Promise<void> {
    this.calls.push(['cover', upper]);
  }
}
