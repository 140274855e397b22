import { expect, test } from 'vitest';
import { hierarchiesOf, parseKernelControllers } from './cgroup-detection.ts';

const v1 = (target: string, superOptions: string) => ({ target, type: 'cgroup', superOptions });
const v2 = (target: string) => ({ target, type: 'cgroup2', superOptions: 'rw,nsdelegate' });
const kernelControllers = ['cpuset', 'cpu', 'cpuacct', 'memory', 'pids'];

test('a host with v2 only has the controllers of its root', () => {
  const unifiedControllers = ['cpuset', 'cpu', 'io', 'memory', 'pids'];
  const mounts = [v2('/sys/fs/cgroup'), { target: '/', type: 'ext4', superOptions: 'rw' }];
  expect(hierarchiesOf({ mounts, kernelControllers, unifiedControllers })).toEqual({
    layout: 'v2',
    unifiedRoot: '/sys/fs/cgroup',
    legacyRoots: {},
    controllers: ['cpu', 'cpuset', 'io', 'memory', 'pids'],
  });
});

test('a hybrid host has v1 controllers, joint mounts under each name, and a v2 tree', () => {
  const mounts = [
    v1('/sys/fs/cgroup/cpu,cpuacct', 'rw,cpu,cpuacct'),
    v1('/sys/fs/cgroup/memory', 'rw,memory'),
    v1('/sys/fs/cgroup/systemd', 'rw,xattr,name=systemd'),
    v2('/sys/fs/cgroup/unified'),
    v1('/elsewhere/memory', 'rw,memory'),
  ];
  expect(hierarchiesOf({ mounts, kernelControllers, unifiedControllers: [] })).toEqual({
    layout: 'hybrid',
    unifiedRoot: '/sys/fs/cgroup/unified',
    legacyRoots: {
      cpu: '/sys/fs/cgroup/cpu,cpuacct',
      cpuacct: '/sys/fs/cgroup/cpu,cpuacct',
      memory: '/sys/fs/cgroup/memory',
      'name=systemd': '/sys/fs/cgroup/systemd',
    },
    controllers: ['cpu', 'cpuacct', 'memory'],
  });
});

test('a host with v1 only has no v2 tree', () => {
  const found = hierarchiesOf({
    mounts: [v1('/cg/pids', 'rw,pids')],
    kernelControllers,
    unifiedControllers: [],
  });
  expect(found).toMatchObject({ layout: 'v1', unifiedRoot: null, controllers: ['pids'] });
});

test('controllers of the kernel are read without the heading', () => {
  expect(
    parseKernelControllers('#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t3\t1\t1\ncpu\t1\t1\t1\n'),
  ).toEqual(['cpuset', 'cpu']);
});
