import type { InitKind } from '@insula/contract';

/** How one kind of init is told to stop and asked whether the system is up. */
export interface InitProfile {
  /** Signal to the VE's init that shuts the system down and ends in poweroff (status 130 under conmon). */
  readonly stopSignal: number;
  /** Signal to the VE's init that shuts the system down and ends in a reboot (status 129 under conmon). */
  readonly rebootSignal: number;
  /**
   * Run in the VE as root: blocks until the boot is complete and exits 0, with one word about the system on stdout. It has no
   * time limit of its own. Right after the start it may also fail because the VE has no mounts yet: then it is tried again.
   */
  readonly ready: readonly string[];
}

/** A marker that the last boot script leaves; /run is empty again at every start. */
const bootMarker = '/run/insula-boot-complete';

const waitForMarker = (marker: string): readonly string[] => [
  '/bin/sh',
  '-c',
  // neither init tells anybody: a look every 50 ms, for the half second that such a boot takes
  `until [ -e ${marker} ]; do sleep 0.05; done; echo running`,
];

/**
 * Signals: systemd, SIGRTMIN+4 and +5 (systemd(1), "SIGNALS"; SIGRTMIN is 34 in glibc). sysvinit, SIGPWR and SIGINT
 * (init(8)): our inittab answers the first with a shutdown, the second is what ctrl-alt-del does. busybox, SIGUSR2 and
 * SIGTERM (init/init.c there).
 */
export const initProfiles: Readonly<Record<InitKind, InitProfile>> = {
  systemd: {
    stopSignal: 38,
    rebootSignal: 39,
    ready: [
      '/bin/sh',
      '-c',
      [
        // until PID 1 listens, systemctl takes the VE for a system without systemd
        'until [ -S /run/systemd/private ]; do sleep 0.02; done',
        'state=$(systemctl is-system-running --wait)',
        'echo "$state"',
        // degraded: the boot is complete, but a unit failed
        'case $state in running|degraded) exit 0 ;; *) exit 1 ;; esac',
      ].join('; '),
    ],
  },
  sysvinit: { stopSignal: 30, rebootSignal: 2, ready: waitForMarker(bootMarker) },
  busybox: { stopSignal: 12, rebootSignal: 15, ready: waitForMarker(bootMarker) },
};
