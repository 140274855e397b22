import { defaultCapabilities, type VeSpec } from '@insula/contract';
import { compileInnerLimits, type ProcessLimits } from '@insula/resources';
import { idsPerVe } from '@insula/vzfs';
import { compileDeviceRules, compileDevices } from './devices.ts';
import { compileMaskedPaths, compileMounts, compileReadonlyPaths } from './mounts.ts';
import type { OciConfig, OciProcess } from './oci-config.ts';
import { compileSeccomp } from './seccomp.ts';
import { compileVisibleFiles, type VisibleFiles } from './visible-files.ts';

/** What the host has to do with a VE's configuration. */
export interface OciHost {
  /** The mounted root. */
  readonly root: string;
  /** The delegated cgroup, absolute as runc wants it. */
  readonly cgroupsPath: string;
  /** As `process.arch` names it. */
  readonly architecture: string;
  /** The most that a process may be allowed to have. */
  readonly processLimits: ProcessLimits;
  /** Kernels without multipath TCP have no such setting, and runc fails on a missing one. */
  readonly hasMptcp: boolean;
  /** What of lxcfs the VE sees instead of the kernel's. */
  readonly visible: VisibleFiles;
  /** File with further options of CRIU's; read when the VE is dumped or restored. */
  readonly criuConfig: string;
  /** Of a restore: the program that waits, with the argument 'network', until the network namespace is set up. */
  readonly gate?: string;
}

/** The OCI runtime configuration of a VE: the migratable profile, widened by its features. */
export function compileOciConfig(spec: VeSpec, host: OciHost): OciConfig {
  const mapping = [{ containerID: 0, hostID: spec.idBase, size: idsPerVe }];
  return {
    ociVersion: '1.0.2',
    process: initProcess(spec, host.processLimits),
    root: { path: host.root, readonly: false },
    hostname: spec.hostname,
    // runc's own name for it (docs/checkpoint-restore.md there)
    annotations: { 'org.criu.config': host.criuConfig },
    ...(host.gate === undefined
      ? {}
      : { hooks: { createRuntime: [{ path: host.gate, args: [host.gate, 'network'] }] } }),
    mounts: [
      ...compileMounts(spec.features, { terminals: compileInnerLimits(spec.parameters).terminals }),
      ...compileVisibleFiles(spec.features, host.visible),
    ],
    linux: {
      uidMappings: mapping,
      gidMappings: mapping,
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup', 'user'].map((type) => ({ type })),
      cgroupsPath: host.cgroupsPath,
      resources: { devices: compileDeviceRules(spec.features) },
      devices: compileDevices(spec.features),
      sysctl: compileSysctls(host),
      seccomp: compileSeccomp(spec, host.architecture),
      maskedPaths: compileMaskedPaths(spec.features),
      readonlyPaths: compileReadonlyPaths(spec.features),
      rootfsPropagation: 'private',
    },
  };
}

/** RLIM_INFINITY as runc's JSON takes it: 2^64 - 1 is no number of JavaScript, the kernel takes anything as large for it. */
const unlimited = 2 ** 63 - 1024;

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Open files as systemd hands them out on a host: few at first, which programs may raise up to the hard limit. */
const firstOpenFiles = 1024;

/** As the parameters say, and no more than the node itself has: without CAP_SYS_RESOURCE it cannot give more. */
function compileRlimits({ parameters }: VeSpec, most: ProcessLimits): OciProcess['rlimits'] {
  const wanted = compileInnerLimits(parameters).processLimits;
  return Object.entries(wanted).flatMap(([type, amount]) => {
    const own = most[type];
    if (own === undefined) return [];
    const hard = Math.min(amount ?? unlimited, own ?? unlimited);
    return [{ type, soft: type === 'RLIMIT_NOFILE' ? Math.min(firstOpenFiles, hard) : hard, hard }];
  });
}

function initProcess(spec: VeSpec, most: ProcessLimits): OciProcess {
  return {
    terminal: true,
    user: { uid: 0, gid: 0 },
    args: ['/sbin/init'],
    // The watch on memory.pressure cannot be restored: PID 1 would spin after a migration (systemd ≥ 254).
    env: [
      `PATH=${path}`,
      'TERM=linux',
      'container=insula',
      `container_uuid=${spec.uuid}`,
      'MEMORY_PRESSURE_WATCH=/dev/null',
    ],
    cwd: '/',
    capabilities: compileCapabilities(spec, 0),
    rlimits: compileRlimits(spec, most),
    oomScoreAdj: compileInnerLimits(spec.parameters).oomScore,
    noNewPrivileges: false,
  };
}

/** What a process that is run in a VE from outside may be given. */
export interface ExecSettings {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: OciProcess['user'];
  readonly terminal: { readonly columns: number; readonly rows: number } | null;
}

/** The OCI process object of a command run in a VE: the same walls as its init has. */
export function compileExecProcess(spec: VeSpec, settings: ExecSettings, most: ProcessLimits): OciProcess {
  const env = {
    PATH: path,
    ...(settings.terminal === null ? {} : { TERM: 'xterm-256color' }),
    ...settings.env,
  };
  return {
    terminal: settings.terminal !== null,
    ...(settings.terminal === null
      ? {}
      : { consoleSize: { height: settings.terminal.rows, width: settings.terminal.columns } }),
    user: settings.user,
    args: settings.args,
    env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    cwd: settings.cwd,
    capabilities: compileCapabilities(spec, settings.user.uid),
    rlimits: compileRlimits(spec, most),
    oomScoreAdj: compileInnerLimits(spec.parameters).oomScore,
    noNewPrivileges: false,
  };
}

/** runc hands the sets out as they stand: only root gets effective ones, others may gain them by executing a file that has some. */
function compileCapabilities(spec: VeSpec, uid: number): OciProcess['capabilities'] {
  const dropped = new Set<string>(spec.capabilities.drop);
  const bounding = [...defaultCapabilities.filter((name) => !dropped.has(name)), ...spec.capabilities.add];
  const held = uid === 0 ? bounding : [];
  return { bounding, effective: held, permitted: held };
}

function compileSysctls(host: OciHost): Readonly<Record<string, string>> {
  return {
    // ping without privileges, for every group of the VE
    'net.ipv4.ping_group_range': '0 65535',
    // Multipath TCP sockets cannot be dumped; with it off, programs get plain TCP.
    ...(host.hasMptcp ? { 'net.mptcp.enabled': '0' } : {}),
  };
}
