/** os-release(5): `NAME=value` lines, values quoted as a shell would. */
export const parseOsRelease = (text: string): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name, raw] = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || raw === undefined) continue;
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    values[name] = (quoted?.[2] ?? raw).replaceAll(/\\(.)/g, '$1');
  }
  return values;
};
