/** Least, average and most of each metric during a span; NaN for one that nobody knew. Indices are those of the metrics' table. */
export interface Point {
  /** Milliseconds since 1970 at which it begins. */
  readonly at: number;
  /** How many samples it was made of. */
  readonly samples: number;
  readonly min: Float32Array;
  readonly avg: Float32Array;
  readonly max: Float32Array;
}

/** Values of one sample in the order of their metrics. Four bytes tell a value to seven digits. */
export function valuesInOrder(
  metrics: readonly { readonly name: string }[],
  values: Readonly<Record<string, number | null>>,
): Float32Array {
  return Float32Array.from(metrics, ({ name }) => values[name] ?? Number.NaN);
}

/** A sample as a point. */
export function pointOf(at: number, values: Float32Array): Point {
  return { at, samples: 1, min: values, avg: values, max: values };
}

/** Points put together to one; averages weigh as many samples as they were made of. Null for none. */
export function joinPoints(at: number, points: readonly Point[]): Point | null {
  const [first] = points;
  if (first === undefined) return null;
  const size = Math.max(...points.map(({ avg }) => avg.length));
  const [min, avg, max] = [0, 1, 2].map(() => new Float32Array(size).fill(Number.NaN)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let index = 0; index < size; index += 1) {
    let sum = 0;
    let weight = 0;
    for (const point of points) {
      const value = point.avg[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sum += value * point.samples;
      weight += point.samples;
      min[index] = smaller(min[index], point.min[index]);
      max[index] = -smaller(-(max[index] ?? Number.NaN), -(point.max[index] ?? Number.NaN));
    }
    if (weight > 0) avg[index] = sum / weight;
  }
  return { at, samples: points.reduce((total, { samples }) => total + samples, 0), min, avg, max };
}

/** The smaller of two numbers, of which either may be unknown. */
function smaller(a = Number.NaN, b = Number.NaN): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : Math.min(a, b);
}

/** A point as bytes: the three rows one behind the other, or a single one where they are the same. */
export function packPoint({ min, avg, max }: Point): Uint8Array {
  if (min === avg && avg === max) return new Uint8Array(avg.buffer, avg.byteOffset, avg.byteLength);
  const packed = new Float32Array(min.length * 3);
  packed.set(min, 0);
  packed.set(avg, min.length);
  packed.set(max, min.length * 2);
  return new Uint8Array(packed.buffer);
}

/** A point from its bytes, of so many metrics. */
export function unpackPoint(at: number, samples: number, metrics: number, bytes: Uint8Array): Point {
  // a copy: what SQLite hands out need not begin at a multiple of four
  const values = new Float32Array(bytes.slice().buffer);
  if (values.length <= metrics) return { at, samples, min: values, avg: values, max: values };
  return {
    at,
    samples,
    min: values.subarray(0, metrics),
    avg: values.subarray(metrics, metrics * 2),
    max: values.subarray(metrics * 2),
  };
}
