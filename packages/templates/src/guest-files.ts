import type { CommandRunner, Files, GuestTree } from '@insula/host';
import type { GuestFile } from './definition.ts';

const rootOwner = { uid: 0, gid: 0 } as const;

/** Writes one file or link of a definition; what a package put there is replaced. */
export async function writeGuestFile(
  tree: GuestTree,
  file: GuestFile,
  owner: { readonly uid: number; readonly gid: number } = rootOwner,
): Promise<void> {
  if ('link' in file) await tree.symlink(file.link, file.path, owner);
  else
    await tree.writeFile(file.path, file.content, {
      ...owner,
      mode: Number.parseInt(file.mode ?? '0644', 8),
    });
}

/** Lines "NAME VERSION ARCHITECTURE" of a Debian system, sorted by name; empty for others. */
export async function installedPackages(
  ports: { readonly commands: CommandRunner; readonly files: Files },
  root: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const admin = `${root}/var/lib/dpkg`;
  if (!(await ports.files.exists(`${admin}/status`))) return [];
  const query = [
    'dpkg-query',
    `--admindir=${admin}`,
    '--show',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg's
    '--showformat=${Package} ${Version} ${Architecture}\\n',
  ];
  const { stdout } = await ports.commands.run(query, { signal });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}
