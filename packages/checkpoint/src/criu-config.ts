/** Bytes of a deleted file that somebody still has open, up to which it is saved with the processes. */
const ghostLimit = 4_294_967_296;

/**
 * Options that runc 1.1 does not hand on, in CRIU's file of options (criu(8), "Configuration files"). CRIU's own lock of the network is
 * left out: traffic is held on the node's side, from before the dump until after the restore. So is `link-remap`: the names that CRIU
 * gives to open files whose own name was removed are gone when the processes go on after a dump, and nothing could be restored from it.
 */
export function compileCriuConfig(
  options: {
    readonly gate?: string;
    /** Where the group of the VE is, from the root of the hierarchy, when that is elsewhere than it was. */
    readonly cgroupRoot?: string;
  } = {},
): string {
  const lines = [
    'network-lock skip',
    `ghost-limit ${ghostLimit}`,
    'skip-in-flight',
    ...(options.gate === undefined ? [] : [`action-script ${options.gate}`]),
    ...(options.cgroupRoot === undefined ? [] : [`cgroup-root ${options.cgroupRoot}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
