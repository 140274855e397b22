import { defaultCapabilities, features } from '@insula/contract';
import { expect, test } from 'vitest';
import { fakeSpec } from '../fake-spec.ts';
import { compileExecProcess, compileOciConfig, type ExecSettings } from './compile.ts';

const host = {
  root: '/run/insula/ve/u/root',
  cgroupsPath: '/insula/ve/101/payload',
  architecture: 'x64',
  processLimits: { RLIMIT_NOFILE: 1_048_576, RLIMIT_MEMLOCK: 8_388_608, RLIMIT_SIGPENDING: null },
  hasMptcp: true,
  visible: { lxcfs: '/var/lib/lxcfs', files: ['/proc/meminfo', '/sys/devices/system/cpu'] },
  criuConfig: '/run/insula/criu.conf',
};
const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

test('a plain VE has the migratable profile', async () => {
  await expect(pretty(compileOciConfig(fakeSpec(), host))).toMatchFileSnapshot('golden/plain.golden');
});

test('a VE with every feature is wider', async () => {
  const spec = fakeSpec(1, {
    hostname: 'shop.example.org',
    features: [...features],
    capabilities: { add: ['CAP_SYSLOG'], drop: ['CAP_MKNOD', 'CAP_SYS_TTY_CONFIG'] },
  });
  const wide = compileOciConfig(spec, {
    ...host,
    architecture: 'arm64',
    processLimits: { RLIMIT_NOFILE: 4096 },
    hasMptcp: false,
  });
  await expect(pretty(wide)).toMatchFileSnapshot('golden/every-feature.golden');
});

test('a host that allows few open files is not asked for more', () => {
  const { process } = compileOciConfig(fakeSpec(), { ...host, processLimits: { RLIMIT_NOFILE: 512 } });
  expect(process.rlimits).toContainEqual({ type: 'RLIMIT_NOFILE', soft: 512, hard: 512 });
});

const settings: ExecSettings = {
  args: ['id'],
  env: { HOME: '/root' },
  cwd: '/',
  user: { uid: 0, gid: 0, additionalGids: [] },
  terminal: null,
};

test('a command has the walls of init, and its user’s capabilities', () => {
  const spec = fakeSpec(1, { capabilities: { add: ['CAP_SYSLOG'], drop: ['CAP_MKNOD'] } });
  const granted = [...defaultCapabilities.filter((name) => name !== 'CAP_MKNOD'), 'CAP_SYSLOG'];
  const ofRoot = compileExecProcess(spec, settings, { RLIMIT_NOFILE: 1024 });
  expect(ofRoot.capabilities).toEqual({ bounding: granted, effective: granted, permitted: granted });
  expect(ofRoot.capabilities).toEqual(compileOciConfig(spec, host).process.capabilities);
  const user = { uid: 33, gid: 0, additionalGids: [0] };
  expect(compileExecProcess(spec, { ...settings, user }, { RLIMIT_NOFILE: 1024 }).capabilities).toEqual({
    bounding: granted,
    effective: [],
    permitted: [],
  });
});

test('what a caller puts into the environment wins', () => {
  const terminal = { columns: 80, rows: 24 };
  const { env } = compileExecProcess(
    fakeSpec(),
    { ...settings, terminal, env: { PATH: '/opt/bin', LANG: 'C', ODD: 'a=b\nc' } },
    { RLIMIT_NOFILE: 1024 },
  );
  expect(env).toEqual(['PATH=/opt/bin', 'TERM=xterm-256color', 'LANG=C', 'ODD=a=b\nc']);
});

test('only a command with a terminal has a size', () => {
  expect(compileExecProcess(fakeSpec(), settings, { RLIMIT_NOFILE: 1024 })).not.toHaveProperty('consoleSize');
  expect(
    compileExecProcess(
      fakeSpec(),
      { ...settings, terminal: { columns: 80, rows: 24 } },
      { RLIMIT_NOFILE: 1024 },
    ),
  ).toMatchObject({ terminal: true, consoleSize: { width: 80, height: 24 } });
});
