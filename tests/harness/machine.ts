import { readdirSync, readFileSync } from 'node:fs';
import { run } from './programs.ts';

/** Mount points at and below a folder, deepest first. */
export function mountsBelow(dir: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => decode(line.split(' ')[4] ?? ''))
    .filter((target) => target === dir || target.startsWith(`${dir}/`))
    .reverse();
}

/** mountinfo writes space, tab, newline and backslash in octal: proc(5). */
const decode = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** All processes of the machine, those of VEs too, ourselves left out. */
export function allProcesses(): readonly FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), command: commandLine(name) }));
}

/** Processes whose command line names a folder. */
export function processesNaming(dir: string): readonly FoundProcess[] {
  return allProcesses().filter(({ command }) => command.includes(`${dir}/`));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Loop devices whose file lies below a folder. */
export async function loopDevicesBelow(dir: string): Promise<readonly string[]> {
  const text = await run(['losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE']);
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, file]) => file?.startsWith(`${dir}/`))
    .map(([name = '']) => name);
}
