import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const daemon = join(import.meta.dirname, '../dist/insulad.mjs');

/** Raises what many VEs need higher than a fresh kernel has it, as quickstart does. Answers what puts it back. */
export function raiseHostSettings(): () => void {
  const before = new Map<string, string>();
  const facts = execFileSync(process.execPath, [daemon, '--setup-facts'], { encoding: 'utf8' });
  for (const [, name = '', least = ''] of facts.matchAll(/^sysctl (\S+) (\d+)$/gm)) {
    const path = `/proc/sys/${name.replaceAll('.', '/')}`;
    const present = readFileSync(path, 'utf8').trim();
    if (Number(present) >= Number(least)) continue;
    before.set(path, present);
    writeFileSync(path, least);
  }
  return () => {
    for (const [path, value] of before) writeFileSync(path, value);
  };
}
