/** What runc hands on to CRIU, the same for every dump and restore: criu(8) has what they mean. */
export const criuOptions = [
  '--tcp-established',
  '--file-locks',
  '--ext-unix-sk',
  '--manage-cgroups-mode=soft',
] as const;
