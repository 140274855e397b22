import type { TrafficControl } from './traffic-control.ts';

/** Records batches. */
export class FakeTrafficControl implements TrafficControl {
  readonly batches: (readonly string[])[] = [];
  /** The next batch is refused with this. */
  failure: Error | null = null;

  async batch(lines: readonly string[]): Promise<void> {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    if (lines.length > 0) this.batches.push([...lines]);
  }
}
