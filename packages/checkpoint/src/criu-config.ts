/** Bytes of a deleted file that somebody still has open, up to which it is saved with the processes. */
const ghostLimit = 4_294_967_296;

/**
 * Options that runc 1.1 does not hand on, in CRIU's file of options (criu(8), "Configuration files"). CRIU's own lock of the network is
 * left out: traffic is held on the node's side, from before the dump until after the restore.
 */
export function compileCriuConfig(options: { readonly gate?: string } = {}): string {
  const lines = [
    'network-lock skip',
    `ghost-limit ${ghostLimit}`,
    'link-remap',
    'skip-in-flight',
    ...(options.gate === undefined ? [] : [`action-script ${options.gate}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
