import type { TemplateDiff } from '@insula/contract';

/**
 * Reads lines "NAME VERSION ARCHITECTURE" into versions by name. A name that is installed for several architectures is told with
 * each, as `NAME:ARCHITECTURE`.
 */
export function parsePackages(text: string): ReadonlyMap<string, string> {
  const rows = text
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([name, version]) => name !== undefined && name !== '' && version !== undefined);
  const count = new Map<string, number>();
  for (const [name = ''] of rows) count.set(name, (count.get(name) ?? 0) + 1);
  return new Map(
    rows.map(([name = '', version = '', architecture = '']) => [
      (count.get(name) ?? 0) > 1 ? `${name}:${architecture}` : name,
      version,
    ]),
  );
}

/** The packages in which two systems differ, by name. */
export function comparePackages(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): TemplateDiff['packages'] {
  const names = [...new Set([...from.keys(), ...to.keys()])].sort();
  return names
    .map((name) => ({ package: name, from: from.get(name) ?? null, to: to.get(name) ?? null }))
    .filter((change) => change.from !== change.to);
}
