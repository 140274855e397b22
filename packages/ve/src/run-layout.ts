/** Where the files of running VEs lie below the node's run directory; all of it is gone after a reboot, as they are. */
export interface RunLayout {
  readonly root: string;
  readonly socket: string;
  /** conmon notes exits here, a file per UUID. */
  readonly exits: string;
  readonly runcRoot: string;
  /** The runc that is run: a link to a sealed copy of the host's. */
  readonly runc: string;
  readonly ves: string;
  ve(uuid: string): VeRunPaths;
}

export interface VeRunPaths {
  readonly dir: string;
  readonly bundle: string;
  readonly config: string;
  readonly root: string;
  readonly criuConfig: string;
  /** Where CRIU works and logs. */
  readonly criuWork: string;
  readonly pidFile: string;
  readonly conmonPidFile: string;
  /** Identity of init and start time, written by us. */
  readonly record: string;
  readonly execs: string;
  /** Keeps the network namespace of a VE that has devices of the node. */
  readonly network: string;
}

/** The layout of the run directory at an absolute path. */
export function runLayout(root: string): RunLayout {
  return {
    root,
    socket: `${root}/insulad.sock`,
    exits: `${root}/exits`,
    runcRoot: `${root}/runc`,
    runc: `${root}/bin/runc`,
    ves: `${root}/ve`,
    ve: (uuid) => {
      const dir = `${root}/ve/${uuid}`;
      return {
        dir,
        bundle: `${dir}/bundle`,
        config: `${dir}/bundle/config.json`,
        root: `${dir}/root`,
        criuConfig: `${dir}/bundle/criu.conf`,
        criuWork: `${dir}/criu`,
        pidFile: `${dir}/init.pid`,
        conmonPidFile: `${dir}/conmon.pid`,
        record: `${dir}/run.json`,
        execs: `${dir}/exec`,
        network: `${dir}/network`,
      };
    },
  };
}

/** cgroup paths of a node, relative to the root of every hierarchy. */
export interface CgroupLayout {
  /** conmon of a VE and what it starts: not limited by the VE, and not visible to it. */
  monitor(ctid: number): string;
  /** Limits of a VE; belongs to the host. */
  outer(ctid: number): string;
  /** The groups above those of all VEs, the outermost first. */
  readonly parents: readonly string[];
  /** Delegated to the VE. */
  payload(ctid: number): string;
}

export function cgroupLayout(parent: string): CgroupLayout {
  return {
    parents: [parent, `${parent}/ve`],
    monitor: (ctid) => `${parent}/monitor/${ctid}`,
    outer: (ctid) => `${parent}/ve/${ctid}`,
    payload: (ctid) => `${parent}/ve/${ctid}/payload`,
  };
}

/** Where the runtime state of a node's VEs is: files and cgroups. */
export interface NodeLayout {
  readonly run: RunLayout;
  readonly groups: CgroupLayout;
}
