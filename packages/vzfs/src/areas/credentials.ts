import { type GuestTree, hasErrorCode } from '@insula/host';

/** One file that a new system takes over from the one before. */
interface KeptFile {
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who may enter a system as root, and what it proves itself to others by. */
export interface Credentials {
  /** The line of root in /etc/shadow. */
  readonly root: string | null;
  readonly files: readonly KeptFile[];
}

const shadow = '/etc/shadow';
const authorizedKeys = '/root/.ssh/authorized_keys';
const hostKey = /^ssh_host_[A-Za-z0-9_-]+_key(?:-cert)?(?:\.pub)?$/;

/** Enough for any key, and for the keys of a large team. */
const maxBytes = 262_144;
const maxHostKeys = 32;

/** The credentials of a system as they are. What is odd about them is left behind. */
export async function readCredentials(tree: GuestTree): Promise<Credentials> {
  const names = await unlessOdd(async () => await tree.list('/etc/ssh'), []);
  const keys = names.filter((name) => hostKey.test(name)).slice(0, maxHostKeys);
  const paths = [...keys.map((name) => `/etc/ssh/${name}`), authorizedKeys];
  const files: KeptFile[] = [];
  for (const path of paths) {
    const kept = await unlessOdd(async () => await readKept(tree, path), null);
    if (kept !== null) files.push(kept);
  }
  const text = await unlessOdd(async () => await tree.readTextIfExists(shadow), null);
  return { root: text === null ? null : rootLine(text), files };
}

/** Gives a system that has never run the credentials of another. Its owner is root as the tree shows it. */
export async function writeCredentials(tree: GuestTree, { root, files }: Credentials): Promise<void> {
  const owner = { uid: 0, gid: 0 };
  for (const { path, content, ...kept } of files) {
    const dir = path.slice(0, path.lastIndexOf('/'));
    await tree.makeDir(dir, { ...owner, mode: dir === '/root/.ssh' ? 0o700 : 0o755 });
    await tree.writeFile(path, content, kept);
  }
  if (root === null) return;
  const stat = await tree.stat(shadow);
  const text = stat?.kind === 'file' ? await tree.readTextIfExists(shadow) : null;
  if (stat === null || text === null) return;
  await tree.writeFile(shadow, withRoot(text, root), { uid: stat.uid, gid: stat.gid, mode: stat.mode });
}

/** Nine fields (shadow(5)); the first is the name. */
const rootEntry = /^root:[^:\r\n]{0,512}(?::\d*){6}:[^:\r\n]*$/m;

export const rootLine = (text: string): string | null => rootEntry.exec(text)?.[0] ?? null;

/** The text of /etc/shadow with another line for root. */
export function withRoot(text: string, line: string): string {
  const others = text.split('\n').filter((other) => !other.startsWith('root:'));
  return [line, ...others].join('\n');
}

async function readKept(tree: GuestTree, path: string): Promise<KeptFile | null> {
  const stat = await tree.stat(path);
  if (stat?.kind !== 'file' || stat.sizeBytes > maxBytes) return null;
  const { uid, gid } = stat;
  return { path, content: await tree.readFile(path, { maxBytes }), mode: stat.mode & 0o777, uid, gid };
}

/** What is no file or folder where there should be one is nobody's credential. */
async function unlessOdd<Result>(use: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'EISDIR', 'ENOTDIR', 'ELOOP', 'EINVAL', 'EFBIG')) return otherwise;
    throw error;
  }
}
