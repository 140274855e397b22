import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { LinuxCgroups } from './linux-cgroups.ts';

const root = mkdtempSync(join(tmpdir(), 'insula-cgroups-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, content: string): string => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
};

const unified = new LinuxCgroups({
  hierarchies: { layout: 'v2', unifiedRoot: root, legacyRoots: {}, controllers: ['cpu', 'memory'] },
});
const legacy = new LinuxCgroups({
  hierarchies: {
    layout: 'v1',
    unifiedRoot: null,
    legacyRoots: {
      cpuset: join(root, 'cpuset'),
      memory: join(root, 'memory'),
      freezer: join(root, 'freezer'),
    },
    controllers: ['cpuset', 'freezer', 'memory'],
  },
});

test('controllers are enabled on the way down to a v2 group, not in the group itself', async () => {
  for (const dir of ['', 'insula', 'insula/ve']) {
    put(join(dir, 'cgroup.controllers'), 'cpu io memory\n');
    put(join(dir, 'cgroup.subtree_control'), dir === 'insula' ? 'cpu memory\n' : '\n');
  }
  await unified.create('insula/ve/101', { controllers: ['cpu', 'memory', 'hugetlb'] });
  expect(readFileSync(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('+cpu +memory');
  expect(readFileSync(join(root, 'insula/cgroup.subtree_control'), 'utf8')).toBe('cpu memory\n');
  expect(readFileSync(join(root, 'insula/ve/cgroup.subtree_control'), 'utf8')).toBe('+cpu +memory');
  expect(existsSync(join(root, 'insula/ve/101/cgroup.subtree_control'))).toBe(false);
});

test('a v1 cpuset begins with the processors and memory of its parent', async () => {
  put('cpuset/cpuset.cpus', '0-1\n');
  put('cpuset/cpuset.mems', '0\n');
  put('cpuset/insula/cpuset.cpus', '\n');
  put('cpuset/insula/cpuset.mems', '0\n');
  mkdirSync(join(root, 'memory'));
  await legacy.create('insula', { controllers: ['cpuset', 'memory', 'pids'] });
  expect(readFileSync(join(root, 'cpuset/insula/cpuset.cpus'), 'utf8')).toBe('0-1');
  expect(existsSync(join(root, 'memory/insula'))).toBe(true);
  expect(existsSync(join(root, 'freezer/insula'))).toBe(false);
});

test('delegation gives away the directory and the process files, never a limit', async () => {
  const files = [
    'cgroup.procs',
    'cgroup.subtree_control',
    'cgroup.threads',
    'memory.max',
    'pids.max',
    'cpu.max',
  ];
  for (const file of files) put(`ve/${file}`, '');
  await unified.delegate('/ve', 1_879_048_192);
  const owners = files.map((file) => [file, statSync(join(root, 've', file)).uid]);
  expect(owners.filter(([, uid]) => uid === 1_879_048_192).map(([file]) => file)).toEqual(files.slice(0, 3));
  expect(statSync(join(root, 've')).uid).toBe(1_879_048_192);
});

test('processes of a group are those of all its hierarchies and children, each once', async () => {
  put('memory/ve/cgroup.procs', '7\n12\n');
  put('memory/ve/child/cgroup.procs', '30\n');
  put('freezer/ve/cgroup.procs', '12\n0\n');
  expect(await legacy.processes('ve')).toEqual([7, 12, 30]);
  expect(await legacy.processes('other')).toEqual([]);
});

test('files are read and written where their controller is mounted', async () => {
  const file = put('memory/ve/memory.limit_in_bytes', '0000\n');
  await legacy.write('memory', 've', 'memory.limit_in_bytes', '4096\n');
  expect(readFileSync(file, 'utf8')).toBe('4096\n');
  expect(await legacy.read('memory', 've', 'memory.limit_in_bytes')).toBe('4096');
  await expect(legacy.read('pids', 've', 'pids.max')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(legacy.write('memory', 've', 'none', '1')).rejects.toMatchObject({
    code: 'ENOENT',
    path: join(root, 'memory/ve/none'),
  });
  expect(existsSync(join(root, 'memory/ve/none'))).toBe(false);
  expect(await unified.directory('memory', 've')).toBe(join(root, 've'));
  expect(await unified.directory('pids', 've')).toBeNull();
});

test('a path that would leave the hierarchy is refused', async () => {
  await expect(unified.remove('../x')).rejects.toThrow(TypeError);
  await expect(unified.remove('/')).rejects.toThrow(TypeError);
  await expect(unified.remove('')).rejects.toThrow(TypeError);
});

test('a v1 freezer is frozen and thawed', async () => {
  const state = put('freezer/ve/freezer.state', 'THAWED');
  await legacy.freeze('ve');
  expect(readFileSync(state, 'utf8')).toBe('FROZEN');
  expect(await legacy.isFrozen('ve')).toBe(true);
  await legacy.thaw('ve');
  expect(await legacy.isFrozen('ve')).toBe(false);
  await legacy.thaw('none');
  await expect(legacy.freeze('none')).rejects.toMatchObject({ code: 'ENOENT' });
});
