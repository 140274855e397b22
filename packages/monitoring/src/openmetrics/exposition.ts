export type Labels = Readonly<Record<string, string>>;

/** One number of a family. */
export interface FamilySample {
  readonly labels: Labels;
  readonly value: number;
}

/** A metric family of OpenMetrics 1.0. The name of one with a unit ends in the unit; counters get `_total`, infos `_info`. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'info';
  readonly unit?: string;
  readonly help: string;
  readonly samples: readonly FamilySample[];
}

const suffixes = { counter: '_total', gauge: '', info: '_info' } as const;

/** Families as the text format has them (OpenMetrics 1.0, "Overall Structure"); one without a sample is left out. */
export function exposition(families: readonly Family[]): string {
  return `${families.flatMap(linesOf).join('\n')}\n# EOF\n`;
}

function linesOf({ name, type, unit, help, samples }: Family): readonly string[] {
  if (samples.length === 0) return [];
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(({ labels, value }) => `${name}${suffixes[type]}${labelText(labels)} ${value}`),
  ];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** What stands between quotation marks, and help texts. */
function escaped(text: string): string {
  return text.replaceAll(/[\\\n"]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`));
}
