import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConmonCreate, createLinuxHost, type Host } from '../src/index.ts';
import type { TemporaryDirectories } from './temporary-directory.ts';

const base = 1_879_048_192;
const controllers = ['cpu', 'cpuset', 'memory', 'pids', 'freezer', 'devices', 'blkio', 'io', 'name=systemd'];
const capabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'SETGID',
  'SETUID',
  'SYS_ADMIN',
  'SYS_BOOT',
].map((name) => `CAP_${name}`);

/** A small system in a container, made the way a VE is: id-mapped overlay, conmon, runc. */
export interface BusyboxContainer {
  readonly host: Host;
  readonly id: string;
  readonly dir: string;
  readonly bundle: string;
  readonly logPath: string;
  readonly exitDir: string;
  readonly cgroup: string;
  /** What create gives to conmon. */
  readonly creation: Omit<ConmonCreate, 'beforeStart'>;
  readonly runcRoot: string;
  /** Pid of init and of conmon. */
  create(options?: {
    readonly logBytes?: number;
  }): Promise<{ readonly pid: number; readonly conmonPid: number }>;
}

const applets = [
  'sh',
  'cat',
  'echo',
  'ls',
  'sleep',
  'stty',
  'poweroff',
  'seq',
  'head',
  'id',
  'kill',
  'tty',
  'yes',
];

const makeTree = (root: string, script: string): void => {
  for (const dir of ['bin', 'etc', 'dev', 'proc', 'sys', 'tmp', 'run'])
    mkdirSync(join(root, dir), { recursive: true });
  copyFileSync('/usr/bin/busybox', join(root, 'bin/busybox'));
  for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet));
  writeFileSync(join(root, 'init'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'init'), 0o755);
};

const specification = (root: string, cgroup: string): unknown => {
  const map = [{ containerID: 0, hostID: base, size: 65_536 }];
  const tmpfs = (destination: string) => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid'],
  });
  return {
    ociVersion: '1.0.2',
    hostname: 'trial',
    process: {
      terminal: true,
      user: { uid: 0, gid: 0 },
      args: ['/init'],
      env: ['PATH=/bin', 'TERM=linux'],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    },
    root: { path: root },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      tmpfs('/dev'),
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['newinstance', 'ptmxmode=0666'],
      },
      { destination: '/sys', type: 'sysfs', source: 'sysfs' },
      { destination: '/sys/fs/cgroup', type: 'cgroup2', source: 'cgroup' },
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount', 'cgroup', 'network', 'user'].map((type) => ({ type })),
      uidMappings: map,
      gidMappings: map,
      cgroupsPath: `/${cgroup}/payload`,
      resources: { devices: [{ allow: true, access: 'rwm' }] },
    },
  };
};

let made = 0;

/** Prepares a container whose init runs a shell script; everything is taken down when the test ends. */
export const prepareContainer = async (
  cleanUp: TemporaryDirectories['cleanUp'],
  dir: string,
  script: string,
): Promise<BusyboxContainer> => {
  made += 1;
  const id = `host-test-${process.pid}-${made}`;
  const runcRoot = join(dir, 'run/runc');
  const host = createLinuxHost({ runcRoot });
  const parent = `insula-test-${id}`;
  const cgroup = `${parent}/ve`;
  const paths = {
    layer: join(dir, 'layer'),
    upper: join(dir, 'private/upper'),
    work: join(dir, 'private/work'),
    root: join(dir, 'run/root'),
    bundle: join(dir, 'run/bundle'),
  };
  for (const path of Object.values(paths)) mkdirSync(path, { recursive: true });
  cleanUp(async () => {
    await host.runc.delete(id, { force: true });
    await host.cgroups.kill(parent);
    await host.cgroups.remove(parent);
    await host.mounts.unmount(paths.root, { detach: true });
  });
  makeTree(paths.layer, script);
  const { layer, upper, work, root } = paths;
  await host.mounts.overlay({ layers: [layer], upper, work, target: root, idmap: { base, count: 65_536 } });
  await host.cgroups.create(`${cgroup}/payload`, { controllers });
  await host.cgroups.create(`${parent}/monitor`, { controllers });
  await host.cgroups.delegate(`${cgroup}/payload`, base);
  writeFileSync(join(paths.bundle, 'config.json'), JSON.stringify(specification(root, cgroup)));
  const logPath = join(dir, 'private/console.log');
  const exitDir = join(dir, 'run/exits');
  const creation = {
    id,
    bundle: paths.bundle,
    pidFile: join(dir, 'run/init.pid'),
    conmonPidFile: join(dir, 'run/conmon.pid'),
    exitDir,
    logPath,
    logBytes: 65_536,
  };
  const create: BusyboxContainer['create'] = async (options = {}) =>
    await host.conmon.create({
      ...creation,
      ...options,
      beforeStart: async (pid) => await host.cgroups.attach(`${parent}/monitor`, pid),
    });
  return { host, id, dir, bundle: paths.bundle, logPath, exitDir, cgroup, creation, runcRoot, create };
};
