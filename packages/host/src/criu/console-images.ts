import { entriesOf, numberAt, withEntries, withNumber } from './image-format.ts';

/*
 * CRIU restores the console, whose other side is outside, only if its images say which session it controls and have it open once. Yet
 * CRIU asks whichever process it comes upon first for the session, which the kernel tells only those of that session (tiocgsid in
 * drivers/tty/tty_jobctrl.c): of others CRIU notes that there is none, and the restore fails with "No task found with sid 0". And
 * of two programs that opened it on their own it takes one for the other side, and the session is left without its terminal
 * (tty_setup_slavery in criu/tty.c). Both happen as soon as anything but the login prompt has the console open.
 */

/** Who has a terminal, by the ids that its own pid namespace knows. */
export interface TerminalOwner {
  readonly session: number;
  /** The process group in the foreground. */
  readonly group: number;
}

/** Of a dump: what the processes have open, and the descriptors of each. By file name. */
export interface TerminalImages {
  readonly terminals: Buffer;
  readonly files: Buffer;
  readonly descriptors: ReadonlyMap<string, Buffer>;
}

/** Index of the console among the pseudo-terminals of a VE. */
const consoleIndex = 0;

/** Numbers of fields in CRIU's images/tty.proto and images/fdinfo.proto. */
const terminal = { id: 1, session: 6, group: 7, pty: 12, ptyIndex: 1 } as const;
const file = { id: 2, tty: 19, ttyInfo: 2, ttyFlags: 3 } as const;
const descriptor = { id: 1, type: 3, tty: 11 } as const;

const accessMode = 3;
const readWrite = 2;

/** The images with the console's owner in them, and with one open file for all who have it open. @throws RangeError for others */
export function withConsole(images: TerminalImages, owner: TerminalOwner): TerminalImages {
  const terminals = entriesOf(images.terminals).map((entry) => {
    const isUnowned = isConsole(entry) && numberAt(entry, terminal.session) === 0;
    if (!isUnowned) return entry;
    return withNumber(withNumber(entry, owner.session, terminal.session), owner.group, terminal.group);
  });
  const console = terminals.find(isConsole);
  const all = entriesOf(images.files);
  const opened = all.filter(
    (entry) =>
      console !== undefined && numberAt(entry, file.tty, file.ttyInfo) === numberAt(console, terminal.id),
  );
  const flagsOf = (entry: Buffer) => numberAt(entry, file.tty, file.ttyFlags) ?? 0;
  const kept = opened.find((entry) => (flagsOf(entry) & accessMode) === readWrite) ?? opened[0];
  const dropped = new Set(opened.filter((entry) => entry !== kept).map((entry) => numberAt(entry, file.id)));
  if (kept === undefined || dropped.size === 0)
    return { ...images, terminals: withEntries(images.terminals, terminals) };
  const widened = withNumber(kept, (flagsOf(kept) & ~accessMode) | readWrite, file.tty, file.ttyFlags);
  const files = all
    .filter(
      (entry) =>
        numberAt(entry, file.tty, file.ttyInfo) === undefined || !dropped.has(numberAt(entry, file.id)),
    )
    .map((entry) => (entry === kept ? widened : entry));
  const keptId = numberAt(kept, file.id) ?? 0;
  const redirected = (entry: Buffer) =>
    numberAt(entry, descriptor.type) === descriptor.tty && dropped.has(numberAt(entry, descriptor.id))
      ? withNumber(entry, keptId, descriptor.id)
      : entry;
  return {
    terminals: withEntries(images.terminals, terminals),
    files: withEntries(images.files, files),
    descriptors: new Map(
      [...images.descriptors].map(([name, image]) => [
        name,
        withEntries(image, entriesOf(image).map(redirected)),
      ]),
    ),
  };
}

function isConsole(entry: Buffer): boolean {
  return numberAt(entry, terminal.pty, terminal.ptyIndex) === consoleIndex;
}
