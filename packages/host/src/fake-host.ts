import { FakeBtrfs } from './btrfs/fake-btrfs.ts';
import { FakeCgroups } from './cgroups/fake-cgroups.ts';
import { RecordingCommandRunner } from './commands/fake-command-runner.ts';
import { FakeConmon } from './conmon/fake-conmon.ts';
import { FakeConsoleLogs, FakeConsoles } from './console/fake-console.ts';
import { FakeCheckpointImages } from './criu/fake-checkpoint-images.ts';
import { FakeCriu } from './criu/fake-criu.ts';
import { FakeRestoreGates } from './criu/fake-restore-gates.ts';
import { FakeCrypt } from './crypt/fake-crypt.ts';
import { FakeDiskImages } from './disk-images/fake-disk-images.ts';
import { FakeDnsmasq } from './dnsmasq/fake-dnsmasq.ts';
import type { HostFacts } from './facts/host-facts.ts';
import { FakeFiles } from './files/fake-files.ts';
import { FakeGuestCounter } from './guest-counts/fake-guest-counter.ts';
import { FakeGuestFiles } from './guest-files/fake-guest-files.ts';
import { FakeGuestLimits } from './guest-limits/fake-guest-limits.ts';
import { FakeGuestMounts } from './guest-mounts/fake-guest-mounts.ts';
import { FakeGuestNetworks } from './guest-network/fake-guest-networks.ts';
import { FakeGuestTrees } from './guest-tree/fake-guest-trees.ts';
import type { Host } from './host.ts';
import { FakeIdentityProvider, FakeUserDirectory } from './identity/fake-identity.ts';
import { FakeGuestInspector } from './inspection/fake-guest-inspector.ts';
import { FakeLinks } from './links/fake-links.ts';
import { FakeMemoryTransfer } from './memory/fake-memory-transfer.ts';
import { FakeMailer, FakeWebhooks } from './messages/fake-messages.ts';
import { FakeMounts } from './mounts/fake-mounts.ts';
import { FakeNeighbours } from './neighbours/fake-neighbours.ts';
import { FakeNftables } from './nftables/fake-nftables.ts';
import { FakeProcesses } from './processes/fake-processes.ts';
import { FakeQuotas } from './quotas/fake-quotas.ts';
import { FakeRunc } from './runc/fake-runc.ts';
import { FakeStatistics } from './statistics/fake-statistics.ts';
import { FakeSysctls } from './sysctls/fake-sysctls.ts';
import { FakeTrafficControl } from './traffic-control/fake-traffic-control.ts';
import { FakeUpperTrees } from './upper-trees/fake-upper-trees.ts';

/** A host of a current distribution that lacks nothing. */
const soundFacts: HostFacts = {
  kernelRelease: '6.12.43-amd64',
  architecture: 'x64',
  distribution: { title: 'Debian GNU/Linux 13 (trixie)', id: 'debian', version: '13' },
  cpus: 2,
  memoryBytes: 2 ** 33,
  swapBytes: 0,
  systemdIsInit: true,
  cgroups: {
    layout: 'v2',
    unifiedRoot: '/sys/fs/cgroup',
    legacyRoots: {},
    controllers: ['cpu', 'cpuset', 'io', 'memory', 'pids'],
  },
  overlay: { available: true, idmappedLayers: true, dataLayers: true },
  userNamespaces: true,
  seccomp: true,
  nftables: true,
  veth: true,
  bridge: true,
  btrfs: true,
  softDirty: true,
  lxcfsMount: '/var/lib/lxcfs',
  securityModules: ['apparmor'],
  tools: [],
  criu: { usable: true, message: null, dirtyTracking: true },
  sysctls: {},
};

/** A whole host in memory, where what is killed dies, and what dies leaves its cgroups and is noted by conmon. */
export class FakeHost implements Host {
  readonly commands = new RecordingCommandRunner();
  readonly mounts = new FakeMounts();
  readonly files = new FakeFiles({ mounts: this.mounts });
  readonly btrfs = new FakeBtrfs({ files: this.files });
  readonly diskImages = new FakeDiskImages({ files: this.files, mounts: this.mounts });
  readonly quotas = new FakeQuotas();
  readonly guestFiles = new FakeGuestFiles();
  readonly guestTrees = new FakeGuestTrees();
  readonly processes = new FakeProcesses();
  readonly cgroups = new FakeCgroups();
  readonly runc = new FakeRunc();
  readonly conmon = new FakeConmon({ runc: this.runc, processes: this.processes });
  readonly consoleLogs = new FakeConsoleLogs();
  readonly consoles = new FakeConsoles();
  readonly criu = new FakeCriu();
  readonly checkpointImages = new FakeCheckpointImages();
  readonly restoreGates = new FakeRestoreGates();
  readonly guestInspector = new FakeGuestInspector();
  readonly guestNetworks = new FakeGuestNetworks();
  readonly guestLimits = new FakeGuestLimits();
  readonly guestCounter = new FakeGuestCounter();
  readonly guestMounts = new FakeGuestMounts();
  readonly blockDevices: Host['blockDevices'] = { below: async () => ['8:0'] };
  readonly links = new FakeLinks();
  readonly dnsmasq = new FakeDnsmasq();
  readonly neighbours = new FakeNeighbours();
  readonly nftables = new FakeNftables();
  readonly crypt = new FakeCrypt();
  readonly identityProvider = new FakeIdentityProvider();
  readonly userDirectory = new FakeUserDirectory();
  readonly mailer = new FakeMailer();
  readonly webhooks = new FakeWebhooks();
  readonly statistics = new FakeStatistics();
  readonly sysctls = new FakeSysctls();
  readonly trafficControl = new FakeTrafficControl();
  readonly upperTrees = new FakeUpperTrees();
  readonly treeTransfer: Host['treeTransfer'] = absent('treeTransfer');
  readonly memoryTransfer = new FakeMemoryTransfer();
  readonly trees: Host['trees'] = absent('trees');
  readonly userNamespaces: Host['userNamespaces'] = absent('userNamespaces');
  readonly terminals: Host['terminals'] = absent('terminals');
  /** Who is at the other end of every socket. */
  peer = { pid: 1, uid: 0, gid: 0 };
  facts: HostFacts = soundFacts;
  /** Whether an init powers off when it is sent a signal. */
  isObedient = true;
  readonly sockets: Host['sockets'] = { peerCredentials: () => this.peer };
  readonly probe: Host['probe'] = { gather: async () => this.facts };

  constructor() {
    this.#leaveGroups();
    this.#dieOfKills();
    this.#hearSignals();
  }

  #leaveGroups(): void {
    const { cgroups, processes } = this;
    const end = processes.end.bind(processes);
    processes.end = (pid) => {
      cgroups.members.delete(pid);
      end(pid);
    };
  }

  #dieOfKills(): void {
    const { cgroups, files, runc } = this;
    const kill = cgroups.kill.bind(cgroups);
    cgroups.kill = async (path) => {
      for (const { id, bundle } of runc.containers.values()) {
        const config = await files.readTextIfExists(`${bundle}/config.json`);
        if (config?.includes(`"cgroupsPath":"/${path}/`) === true) this.#end(id, 137);
      }
      await kill(path);
    };
    const forget = runc.delete.bind(runc);
    runc.delete = async (id, options) => {
      this.#end(id, 137);
      await forget(id, options);
    };
  }

  #hearSignals(): void {
    const { processes, runc } = this;
    const signal = processes.signal.bind(processes);
    processes.signal = async (identity, number) => {
      const isHeard = await signal(identity, number);
      const container = [...runc.containers.values()].find(({ pid }) => pid === identity.pid);
      if (isHeard && container !== undefined && this.isObedient) this.#end(container.id, 130);
      return isHeard;
    };
  }

  #end(id: string, status: number): void {
    if ((this.runc.containers.get(id)?.pid ?? 0) !== 0) this.conmon.exit(id, status);
  }
}

/** A port that no test has needed so far. */
function absent<Port extends object>(name: string): Port {
  return new Proxy({} as Port, {
    get: (_target, method) => () => {
      throw new Error(`the fake host has no ${name}.${String(method)}`);
    },
  });
}
