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
    this.#times.push(performance.now() - started);
    return result;
  }

  quantile(share: number): number {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  }

  get runs(): number {
    return this.#times.length;
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
