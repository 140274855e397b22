import type { Finding } from '@insula/contract';
import type { HostFacts } from '@insula/host';
import { kernelAtLeast } from '../kernel-release.ts';
import { hostSettings } from './host-settings.ts';

interface Check {
  readonly feature: string;
  readonly found: string;
  readonly good: boolean;
  /** Without it no VE starts. */
  readonly needed: boolean;
  readonly consequence: string;
  readonly remedy: string;
}

/** What the facts about a host mean for a node: one finding for each feature, those that matter most first. */
export function judgeHost(facts: HostFacts): Finding[] {
  return [
    ...kernelChecks(facts),
    ...toolChecks(facts),
    ...checkpointChecks(facts),
    ...settingChecks(facts),
  ].map(finding);
}

function finding({ feature, found, good, needed, consequence, remedy }: Check): Finding {
  if (good) return { feature, state: 'ok', found, consequence: '', remedy: '' };
  return { feature, state: needed ? 'missing' : 'degraded', found, consequence, remedy };
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

function kernelChecks(facts: HostFacts): readonly Check[] {
  const newer = 'boot a kernel of a current distribution (6.6 or later)';
  const need = (feature: string, good: boolean, consequence: string, remedy = newer): Check => ({
    feature,
    found: yesNo(good),
    good,
    needed: true,
    consequence,
    remedy,
  });
  return [
    {
      feature: 'kernel',
      found: facts.kernelRelease,
      good: kernelAtLeast(facts.kernelRelease, 5, 19),
      needed: true,
      consequence: 'roots of VEs cannot be mounted: overlays over id-mapped layers came with Linux 5.19',
      remedy: newer,
    },
    {
      feature: 'cgroups',
      found: facts.cgroups.layout,
      good: facts.cgroups.layout === 'v2',
      needed: false,
      consequence: 'buffered writes are not limited, no memory guarantees and no pressure figures',
      remedy: 'boot with systemd.unified_cgroup_hierarchy=1 where the distribution allows it',
    },
    controllers(facts),
    need(
      'user namespaces',
      facts.userNamespaces,
      'VEs cannot be isolated',
      'set kernel.unprivileged_userns_clone=1 and user.max_user_namespaces above 0',
    ),
    need(
      'overlay file system',
      facts.overlay.available,
      'roots of VEs cannot be mounted',
      'modprobe overlay',
    ),
    need(
      'id-mapped layers',
      facts.overlay.idmappedLayers,
      'roots of VEs cannot be mounted',
      'keep the pool on btrfs, ext4 or xfs',
    ),
    {
      feature: 'data-only layers',
      found: yesNo(facts.overlay.dataLayers),
      good: facts.overlay.dataLayers,
      needed: false,
      consequence: 'equal files are not shared between templates',
      remedy: 'boot Linux 6.5 or later',
    },
    need('seccomp', facts.seccomp, 'VEs cannot be started', newer),
    need('nftables', facts.nftables, 'VEs have no network', 'modprobe nf_tables'),
    need('veth', facts.veth, 'VEs have no network', 'modprobe veth'),
    {
      feature: 'btrfs',
      found: yesNo(facts.btrfs),
      good: facts.btrfs,
      needed: false,
      consequence: 'no disk quotas and no instant snapshots in the default layout',
      remedy: 'modprobe btrfs',
    },
    {
      feature: 'security module',
      found: facts.securityModules.join(', ') || 'none',
      good: facts.securityModules.length > 0,
      needed: false,
      consequence: 'user namespaces, seccomp and capabilities are the only walls',
      remedy: 'boot with AppArmor or SELinux',
    },
    {
      feature: 'init',
      found: facts.systemdIsInit ? 'systemd' : 'other',
      good: facts.systemdIsInit,
      needed: false,
      consequence:
        'insulad runs under a supervisor of its own, and not before somebody starts it after a reboot',
      remedy: 'boot the host with systemd',
    },
  ];
}

function controllers(facts: HostFacts): Check {
  const missing = ['cpu', 'memory', 'pids', 'cpuset'].filter(
    (name) => !facts.cgroups.controllers.includes(name),
  );
  return {
    feature: 'cgroup controllers',
    found: facts.cgroups.controllers.join(', '),
    good: missing.length === 0,
    needed: false,
    consequence: `no limits through ${missing.join(', ')}`,
    remedy: 'boot without cgroup_disable= for them',
  };
}

const toolNeeds: Readonly<Record<string, { readonly needed: boolean; readonly consequence: string }>> = {
  runc: { needed: true, consequence: 'VEs cannot be started' },
  conmon: { needed: true, consequence: 'VEs cannot be started' },
  ip: { needed: true, consequence: 'VEs have no network' },
  nft: { needed: true, consequence: 'VEs have no network' },
  tar: { needed: true, consequence: 'templates cannot be built' },
  mmdebstrap: { needed: false, consequence: 'Debian templates cannot be built' },
  lxcfs: { needed: false, consequence: 'VEs see the memory and CPUs of the host' },
  btrfs: { needed: false, consequence: 'no btrfs pools' },
};

function toolChecks(facts: HostFacts): readonly Check[] {
  return facts.tools.map(({ name, path, version }) => ({
    feature: name,
    found: path === null ? 'not installed' : (version ?? path),
    good: path !== null,
    needed: toolNeeds[name]?.needed ?? false,
    consequence: toolNeeds[name]?.consequence ?? '',
    remedy: './quickstart installs it, or the package manager of the host',
  }));
}

function checkpointChecks({ criu, softDirty }: HostFacts): readonly Check[] {
  return [
    {
      feature: 'criu',
      found: criu.usable === null ? 'not installed' : criu.usable ? 'usable' : (criu.message ?? 'unusable'),
      good: criu.usable === true,
      needed: false,
      consequence: 'no checkpoints and no live migration',
      remedy: 'setup/criu.sh installs one that fits the kernel',
    },
    {
      feature: 'dirty page tracking',
      found: yesNo(softDirty && criu.dirtyTracking !== false),
      good: softDirty && criu.dirtyTracking !== false,
      needed: false,
      consequence: 'live migration of a VE with much memory freezes it for longer',
      remedy: 'boot a kernel with CONFIG_MEM_SOFT_DIRTY, as distributions have it',
    },
  ];
}

function settingChecks({ sysctls }: HostFacts): readonly Check[] {
  return hostSettings.map(({ name, minimum, why }) => {
    const value = sysctls[name] ?? null;
    return {
      feature: name,
      found: value ?? 'not there',
      good: value === null || Number(value) >= minimum,
      needed: false,
      consequence: `fewer VEs fit on the node: ${why}`,
      remedy: `sysctl -w ${name}=${minimum}, and in /etc/sysctl.d`,
    };
  });
}
