/** Fields of dpkg's status file by which apt knows a package again, and knows what it needs. */
const fields = [
  'Package',
  'Essential',
  'Status',
  'Priority',
  'Section',
  'Installed-Size',
  'Architecture',
  'Multi-Arch',
  'Source',
  'Version',
  'Replaces',
  'Provides',
  'Depends',
  'Pre-Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Breaks',
  'Conflicts',
  'Maintainer',
  'Description',
];

/** Longer lines are no dependencies. */
const maxLine = 32_768;

/**
 * What a VE says it has installed, in a form that the node's apt may read: only stanzas and fields that are what they must be. A VE that
 * writes anything else into its status file misleads itself. Pure.
 */
export function cleanStatus(text: string): string {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .flatMap((stanza) => {
      const lines = stanza.split('\n').filter((line) => isClean(line));
      const has = (field: string) => lines.some((line) => line.startsWith(`${field}: `));
      return has('Package') && has('Version') && has('Status') ? [`${lines.join('\n')}\n`] : [];
    })
    .join('\n');
}

/** The versions of what is installed, by name. Of one that is installed for several architectures, the last one named. */
export function installedVersions(text: string): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const stanza of cleanStatus(text).split('\n\n')) {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1];
    const [name, version, status] = [field('Package'), field('Version'), field('Status')];
    if (name !== undefined && version !== undefined && status?.endsWith(' installed') === true)
      versions.set(name, version);
  }
  return versions;
}

function isClean(line: string): boolean {
  const match = /^([A-Za-z-]+): ([\x20-\x7e]*)$/.exec(line);
  const [, field = '', value = ''] = match ?? [];
  if (!fields.includes(field) || line.length > maxLine) return false;
  if (field === 'Package') return /^[a-z0-9][a-z0-9+.-]*$/.test(value);
  if (field === 'Version') return /^[A-Za-z0-9.+:~-]+$/.test(value);
  if (field === 'Architecture') return /^[a-z0-9-]+$/.test(value);
  return true;
}
