import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandRunner } from '../commands/command-runner.ts';
import { type DiskImageOptions, ImageInUse } from './disk-images.ts';

/** A device that is let go is detached by the last who has it open, such as udev probing it: so often it is looked, and so many milliseconds apart. */
const looks = 10;
const lookEvery = 100;

/**
 * Settles once no loop device but `own` has an image. A mounted image always has one, in whatever mount namespace it is mounted; losetup(8)
 * compares device and inode of the file with what LOOP_GET_STATUS64 tells, so that other names of the file change nothing.
 * @throws ImageInUse
 */
export async function awaitDetached(
  commands: CommandRunner,
  { path, own }: { readonly path: string; readonly own: string | null },
  { signal }: DiskImageOptions,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  for (let look = 1; ; look += 1) {
    const { stdout } = await commands.run(
      ['losetup', '--noheadings', '--output', 'NAME', '--associated', path],
      options,
    );
    const others = stdout.split('\n').filter((line) => line !== '' && line !== own);
    if (others.length === 0) return;
    if (look === looks) throw new ImageInUse(path, others);
    await sleep(lookEvery, undefined, options);
  }
}
