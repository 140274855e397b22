/** Builds the web panel, and what its first load weighs. Used by tools/build.ts and tools/check-web-size.ts. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

const repository = join(import.meta.dirname, '..');
const configFile = join(repository, 'web', 'vite.config.ts');
const worthPacking = new Set(['.js', '.css', '.svg', '.html', '.webmanifest']);

/**
 * Builds the panel into a folder, each file also compressed beside itself: `NAME.gz` and `NAME.br`.
 * @returns the files that it was made of, as paths from the root of the repository
 */
export async function buildWeb(out: string): Promise<readonly string[]> {
  const chunks = chunksOf(await build({ configFile, logLevel: 'warn', build: { outDir: out } }));
  const entries = readdirSync(out, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile() && worthPacking.has(extname(one.name)))) {
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    // 11 takes twenty times as long as 9 for a tenth less
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    );
  }
  return chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => relative(repository, id)));
}

export interface ScriptWeight {
  readonly file: string;
  readonly gzipBytes: number;
}

/** Scripts that a browser needs before it shows anything: the entry and all that it imports, without what comes later. */
export async function firstLoad(): Promise<readonly ScriptWeight[]> {
  const built = chunksOf(await build({ configFile, logLevel: 'warn', build: { write: false } }));
  const chunks = new Map(built.map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set(
    [...chunks.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName),
  );
  for (const name of needed) for (const imported of chunks.get(name)?.imports ?? []) needed.add(imported);
  return [...needed].map((file) => ({
    file,
    gzipBytes: gzipSync(chunks.get(file)?.code ?? '', { level: 9 }).length,
  }));
}

function chunksOf(built: Awaited<ReturnType<typeof build>>): readonly Rolldown.OutputChunk[] {
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  return output.filter((file) => file.type === 'chunk');
}
