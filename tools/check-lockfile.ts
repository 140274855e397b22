/**
 * Keeps package-lock.json usable everywhere: it names no registry, and it has an entry for every optional dependency.
 *
 * `npm install` against a mirror that does not carry the packages of foreign platforms leaves those entries out, and
 * `npm ci` of npm 11 then refuses the lockfile ("Missing: … from lock file") on that very mirror. An entry with the
 * version and the platform satisfies it, and is never fetched, because the platform does not match.
 *
 * usage: node tools/check-lockfile.ts [--fix]
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface LockEntry {
  version?: string;
  resolved?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  os?: readonly string[];
  cpu?: readonly string[];
  libc?: readonly string[];
  optionalDependencies?: Readonly<Record<string, string>>;
}

const file = 'package-lock.json';
const fix = process.argv.includes('--fix');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockEntry> };
const complaints: string[] = [];

const platformPattern =
  /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|windows|wasm32-wasi|wasm)(?:[-_](\w+))?/;

/** The platform a package of prebuilt binaries is for, read from its name: `@scope/tool-linux-arm64-musl`. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const match = platformPattern.exec(name);
  if (!match) return {};
  const [, system = '', processor] = match;
  if (system.startsWith('wasm')) return { cpu: ['wasm32'] };
  const libc =
    system !== 'linux' ? undefined : /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined;
  return {
    os: [system === 'windows' ? 'win32' : system],
    ...(processor ? { cpu: [processor] } : {}),
    ...(libc ? { libc: [libc] } : {}),
  };
}

for (const [path, entry] of Object.entries(lock.packages)) {
  if (entry.resolved !== undefined && !entry.link) {
    complaints.push(`${path}: names the registry ${entry.resolved}`);
    if (fix) delete entry.resolved;
  }
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] ?? lock.packages[hoisted]) continue;
    const platform = platformOf(name);
    complaints.push(`${hoisted}: optional dependency of ${path || 'the root'} has no entry`);
    if (!/^\d/.test(version) || Object.keys(platform).length === 0) {
      console.error(`${name}@${version}: cannot guess an entry, add it by hand`);
      continue;
    }
    lock.packages[hoisted] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true };
  }
}

if (complaints.length > 0 && fix) {
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([left], [right]) => left.localeCompare(right, 'en')),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${file}: ${complaints.length} entries repaired`);
} else if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  console.error(`${file}: run \`npm run lock\``);
  process.exitCode = 1;
}
