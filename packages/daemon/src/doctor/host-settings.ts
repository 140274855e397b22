/** A kernel setting that many VEs need higher than its default. */
export interface HostSetting {
  readonly name: string;
  readonly minimum: number;
  readonly why: string;
}

/** What a node sets before it carries hundreds of VEs; quickstart writes the same values to sysctl.d. */
export const hostSettings: readonly HostSetting[] = [
  {
    name: 'fs.inotify.max_user_instances',
    minimum: 65_536,
    why: 'every systemd takes several; they count against the host root',
  },
  { name: 'fs.inotify.max_user_watches', minimum: 4_194_304, why: 'they count against the host root' },
  { name: 'fs.inotify.max_queued_events', minimum: 1_048_576, why: 'bursts of many VEs' },
  { name: 'kernel.pid_max', minimum: 4_194_304, why: 'processes of all VEs share the numbers' },
  { name: 'kernel.keys.maxkeys', minimum: 20_000, why: 'each VE takes keyrings' },
  { name: 'kernel.pty.max', minimum: 16_384, why: 'each VE takes at least one terminal, its console' },
  { name: 'net.ipv4.neigh.default.gc_thresh3', minimum: 65_536, why: 'a neighbour for each VE' },
];
