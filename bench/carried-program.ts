import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Copies a program of this host with its loader and libraries into a folder, so that the very same runs in any system that has the folder. */
export function carryProgram(name: string, dir: string): void {
  const program = execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).trim();
  mkdirSync(dir, { recursive: true });
  copyFileSync(program, join(dir, name));
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' });
  for (const [, library = ''] of libraries.matchAll(/(\/\S+) \(0x/g))
    copyFileSync(library, join(dir, basename(library)));
}

/** The words in a shell that run a carried program where its folder is. */
export const carriedCommand = (name: string, dir: string): string =>
  `$(echo ${dir}/ld-linux-*) --library-path ${dir} ${dir}/${name}`;
