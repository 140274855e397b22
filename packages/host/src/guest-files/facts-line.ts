import type { GuestFileFacts } from './guest-files.ts';

const pattern =
  /^n((?:[0-9a-f]{2})*) (\d+) (\d+) (\d+) (\d+) (\d+) (-?\d+) (\d+) (\d+) ([0-9a-f]+(?:-[0-9a-f]+){3}) (?:-|t((?:[0-9a-f]{2})*))$/;

/** Facts from a line of `filesScript`. @throws Error for what is none */
export const readFacts = (line: string): GuestFileFacts => {
  const match = pattern.exec(line);
  if (match === null) throw new Error('the process that works on files of the VE gave no facts');
  const [, name = '', targetMode, mode, uid, gid, size, seconds, nanoseconds, links, version = '', target] =
    match;
  return {
    name: Buffer.from(name, 'hex'),
    targetMode: Number(targetMode),
    mode: Number(mode),
    uid: Number(uid),
    gid: Number(gid),
    sizeBytes: Number(size),
    modifiedMs: Number(seconds) * 1000 + Math.floor(Number(nanoseconds) / 1_000_000),
    links: Number(links),
    version,
    target: target === undefined ? null : Buffer.from(target, 'hex'),
  };
};
