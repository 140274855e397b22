import { LinuxBlockDevices } from './block-devices/linux-block-devices.ts';
import { LinuxBtrfs } from './btrfs/linux-btrfs.ts';
import { LinuxCgroups } from './cgroups/linux-cgroups.ts';
import { LinuxCommandRunner } from './commands/linux-command-runner.ts';
import { LinuxConmon } from './conmon/linux-conmon.ts';
import { LinuxConsoleLogs } from './console/linux-console-logs.ts';
import { LinuxConsoles } from './console/linux-consoles.ts';
import { LinuxCheckpointImages } from './criu/linux-checkpoint-images.ts';
import { LinuxCriu } from './criu/linux-criu.ts';
import { LinuxRestoreGates } from './criu/linux-restore-gates.ts';
import { LinuxCrypt } from './crypt/linux-crypt.ts';
import { LinuxDiskImages } from './disk-images/linux-disk-images.ts';
import { LinuxDnsmasq } from './dnsmasq/linux-dnsmasq.ts';
import { LinuxHostProbe } from './facts/linux-host-probe.ts';
import { LinuxFiles } from './files/linux-files.ts';
import { LinuxGuestCounter } from './guest-counts/linux-guest-counter.ts';
import { LinuxGuestFiles } from './guest-files/linux-guest-files.ts';
import { LinuxGuestLimits } from './guest-limits/linux-guest-limits.ts';
import { LinuxGuestMounts } from './guest-mounts/linux-guest-mounts.ts';
import { LinuxGuestNetworks } from './guest-network/linux-guest-networks.ts';
import { LinuxGuestTrees } from './guest-tree/linux-guest-trees.ts';
import type { Host } from './host.ts';
import { LdapDirectory } from './identity/ldap-directory.ts';
import { OpenidProvider } from './identity/openid-provider.ts';
import { LinuxGuestInspector } from './inspection/linux-guest-inspector.ts';
import { LinuxLinks } from './links/linux-links.ts';
import { LinuxMemoryTransfer } from './memory/linux-memory-transfer.ts';
import { HttpWebhooks } from './messages/http-webhooks.ts';
import { SmtpMailer } from './messages/smtp-mailer.ts';
import { LinuxMounts } from './mounts/linux-mounts.ts';
import { LinuxNeighbours } from './neighbours/linux-neighbours.ts';
import { LinuxNftables } from './nftables/linux-nftables.ts';
import { LinuxProcesses } from './processes/linux-processes.ts';
import { LinuxQuotas } from './quotas/linux-quotas.ts';
import { LinuxRunc } from './runc/linux-runc.ts';
import { LinuxSockets } from './sockets/linux-sockets.ts';
import { LinuxStatistics } from './statistics/linux-statistics.ts';
import { LinuxSysctls } from './sysctls/linux-sysctls.ts';
import { LinuxTerminals } from './terminals/linux-terminals.ts';
import { LinuxTrafficControl } from './traffic-control/linux-traffic-control.ts';
import { LinuxTreeTransfer } from './transfer/linux-tree-transfer.ts';
import { LinuxTrees } from './trees/linux-trees.ts';
import { LinuxUpperTrees } from './upper-trees/linux-upper-trees.ts';
import { LinuxUserNamespaces } from './user-namespaces/linux-user-namespaces.ts';

export interface LinuxHostOptions {
  /** Where runc keeps its state: RUN/runc. */
  readonly runcRoot: string;
  /** Whether new images keep quotas of users and groups, where the kernel can. */
  readonly imageQuotas?: boolean;
  /** Directories searched for programs before the system's own (a private CRIU, say). */
  readonly pathPrefix?: readonly string[];
  /** Absolute path of runc. Default /usr/sbin/runc. */
  readonly runc?: string;
  /** Name or path of conmon. Default 'conmon'. */
  readonly conmon?: string;
}

/** The doors to this machine. Makes nothing and starts nothing by itself. */
export const createLinuxHost = (options: LinuxHostOptions): Host => {
  const { runcRoot } = options;
  const program = options.runc ?? '/usr/sbin/runc';
  const commands = new LinuxCommandRunner(
    options.pathPrefix === undefined ? {} : { pathPrefix: options.pathPrefix },
  );
  const userNamespaces = new LinuxUserNamespaces({ commands });
  const mounts = new LinuxMounts({ userNamespaces });
  const processes = new LinuxProcesses();
  const cgroups = new LinuxCgroups();
  const sysctls = new LinuxSysctls();
  return {
    commands,
    files: new LinuxFiles({ commands }),
    guestFiles: new LinuxGuestFiles({ commands, cgroups, processes }),
    guestTrees: new LinuxGuestTrees(),
    trees: new LinuxTrees({ commands }),
    upperTrees: new LinuxUpperTrees(),
    processes,
    userNamespaces,
    mounts,
    btrfs: new LinuxBtrfs({ commands }),
    diskImages: new LinuxDiskImages({ commands, mounts }, { quotas: options.imageQuotas === true }),
    quotas: new LinuxQuotas(),
    cgroups,
    runc: new LinuxRunc({ commands }, { program, root: runcRoot }),
    conmon: new LinuxConmon(
      { commands, processes },
      { program: options.conmon ?? 'conmon', runc: program, runcRoot },
    ),
    consoleLogs: new LinuxConsoleLogs(),
    consoles: new LinuxConsoles({ commands }),
    criu: new LinuxCriu({ commands }),
    checkpointImages: new LinuxCheckpointImages(),
    treeTransfer: new LinuxTreeTransfer({ commands }),
    memoryTransfer: new LinuxMemoryTransfer(),
    restoreGates: new LinuxRestoreGates(),
    guestInspector: new LinuxGuestInspector({ commands }),
    guestNetworks: new LinuxGuestNetworks({ commands }),
    guestLimits: new LinuxGuestLimits({ commands }),
    guestCounter: new LinuxGuestCounter(),
    guestMounts: new LinuxGuestMounts({ commands }),
    blockDevices: new LinuxBlockDevices(),
    links: new LinuxLinks({ commands }),
    dnsmasq: new LinuxDnsmasq({ commands, processes }),
    neighbours: new LinuxNeighbours(),
    nftables: new LinuxNftables({ commands }),
    statistics: new LinuxStatistics({ cgroups }),
    sysctls,
    trafficControl: new LinuxTrafficControl({ commands }),
    terminals: new LinuxTerminals(),
    identityProvider: new OpenidProvider(),
    userDirectory: new LdapDirectory(),
    mailer: new SmtpMailer(),
    webhooks: new HttpWebhooks(),
    sockets: new LinuxSockets(),
    crypt: new LinuxCrypt(),
    probe: new LinuxHostProbe({ commands, userNamespaces, mounts, cgroups, sysctls }),
  };
};
