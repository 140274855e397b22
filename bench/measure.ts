import type { Operation } from '@insula/contract';

/** Times of one thing, in milliseconds. */
export class Series {
  readonly name: string;
  readonly #times: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

  async time<Result>(work: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    const result = await work();
    this.add(performance.now() - started);
    return result;
  }

  add(milliseconds: number): void {
    this.#times.push(milliseconds);
  }

  quantile(share: number): number {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  }

  get runs(): number {
    return this.#times.length;
  }
}

/** Times of the steps of one kind of operation, over many runs. */
export class StepTimes {
  readonly #byAction = new Map<string, Series>();

  add({ steps }: Operation): void {
    for (const { action, milliseconds } of steps) {
      const series = this.#byAction.get(action) ?? new Series(action);
      this.#byAction.set(action, series);
      series.add(milliseconds ?? 0);
    }
  }

  print(title: string): void {
    console.log(`\n${title}`);
    console.table(
      Object.fromEntries(
        [...this.#byAction].map(([action, series]) => [
          action,
          { 'p50 ms': round(series.quantile(0.5)), 'p95 ms': round(series.quantile(0.95)) },
        ]),
      ),
    );
  }
}

/** Prints series side by side; the first one is the baseline of the ratios. */
export function printSeries(title: string, series: readonly Series[]): void {
  const [baseline] = series;
  console.log(`\n${title}`);
  console.table(
    Object.fromEntries(
      series.map((one) => [
        one.name,
        {
          runs: one.runs,
          'p50 ms': round(one.quantile(0.5)),
          'p95 ms': round(one.quantile(0.95)),
          'p50 / baseline': round(one.quantile(0.5) / (baseline?.quantile(0.5) ?? 1)),
        },
      ]),
    ),
  );
}

export const round = (value: number): number => Math.round(value * 100) / 100;

export const megabytes = (bytes: number): number => round(bytes / 1_048_576);
