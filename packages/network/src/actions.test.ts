import { CodedError } from '@insula/contract';
import { CommandFailed, FakeFiles, FakeMounts, FakeNeighbours, FakeTrafficControl } from '@insula/host';
import { expect, test } from 'vitest';
import { type NetworkPorts, networkActions } from './actions.ts';
import { fakeConfig, fakeLink, noWalls } from './fake-network.ts';
import { prepareNode } from './node-network.ts';
import { Ruleset, type RulesetPorts } from './ruleset.ts';
import { noLedger } from './traffic-ledger.ts';

const ve = fakeLink(101, ['10.101.0.2']);
const other = fakeLink(102, ['10.101.0.3']);
const args = ve;
const context = {
  operationId: 'op',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};

interface Machine {
  readonly ports: NetworkPorts;
  readonly actions: ReturnType<typeof networkActions>;
  /** What was done to it, in short. */
  readonly deeds: string[];
  readonly links: Set<string>;
  readonly settings: Map<string, string>;
  hasTable: boolean;
  isInitAlive: boolean;
}

const refusal = (stderr: string) =>
  new CommandFailed({
    argv: ['nft', '-f', '-'],
    exitCode: 1,
    signal: null,
    stdout: '',
    stderr,
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: false,
  });

/** A machine of which only links, a table, settings and one process matter, and which notes what is done to it. */
function machine(): Machine {
  const deeds: string[] = [];
  const links = new Set<string>();
  const settings = new Map([
    ['net.ipv4.ip_forward', '0'],
    ['net.ipv4.neigh.default.gc_thresh1', '128'],
    ['net.ipv4.neigh.default.gc_thresh3', '1000000'],
  ]);
  const state = { hasTable: true, isInitAlive: true };
  const batch = (where: string, lines: readonly string[]) => {
    deeds.push(`${where}: ${lines.length} lines from "${lines[0]}"`);
    for (const line of lines) {
      const [, verb, device] = /^link (add|delete) (?:name|dev) (\S+)/.exec(line) ?? [];
      if (verb === 'add' && device !== undefined) links.add(device);
      if (verb === 'delete' && device !== undefined) links.delete(device);
    }
  };
  const unused = async () => await Promise.reject(new Error('nothing of the network asks for this'));
  const config = fakeConfig();
  const nftables: RulesetPorts['nftables'] = {
    apply: async (ruleset) => {
      if (!state.hasTable && !ruleset.startsWith('table')) throw refusal('No such file or directory');
      state.hasTable = true;
      deeds.push(`nft: ${ruleset.trimEnd().split('\n').join('; ')}`.replaceAll('inet insula ', ''));
    },
    deleteTable: unused,
    listTable: async () => (state.hasTable ? 'table' : null),
    listTableJson: unused,
    watchDeletions: unused,
  };
  const ports: NetworkPorts = {
    links: {
      batch: async (lines) => batch('ip', lines),
      bridgeBatch: async (lines) => batch('bridge', lines),
      bringHere: unused,
      batchInside: async (pid, lines) => batch(`ip in ${pid}`, lines),
      linkExists: async (name) => links.has(name),
      list: unused,
      listInside: unused,
      routes: unused,
      watch: unused,
    },
    neighbours: new FakeNeighbours(),
    files: new FakeFiles(),
    mounts: new FakeMounts(),
    namespaceOf: (uuid) => `/run/${uuid}`,
    trafficControl: new FakeTrafficControl(),
    sysctls: {
      read: async (name) => settings.get(name) ?? null,
      write: async (name, value) => void settings.set(name, value),
    },
    processes: {
      identify: unused,
      isAlive: async () => state.isInitAlive,
      signal: unused,
      heeds: unused,
      exited: unused,
      details: async () => [],
      uptimeMs: unused,
    },
    config,
    ledger: noLedger,
    ruleset: new Ruleset({ nftables, config, firewall: noWalls }),
    initOf: async () => ({ pid: 4242, startTime: 1 }),
  };
  return Object.assign(state, { ports, actions: networkActions(ports), deeds, links, settings });
}

const bound = '"ins101" . 02:49:4e:00:00:65 . 10.101.0.2';
const elements = (verb: string) =>
  ['', 'arp insula ']
    .flatMap((table) => [
      `${verb} element ${table}links { "ins101" }`,
      `${verb} element ${table}bound4 { ${bound} }`,
    ])
    .join('; ');
const bind = `nft: ${elements('add')}`;
const unbind = [
  bind,
  elements('delete'),
  ...['add', 'delete'].flatMap((verb) =>
    ['spoofed', 'out4_1', 'out6_1', 'in4_1', 'in6_1', 'arp insula spoofed'].map(
      (set) => `${verb} element ${set} { "ins101" }`,
    ),
  ),
].join('; ');

test('a VE is bound to its addresses, and three programs are all it takes', async () => {
  const { actions, deeds, links } = machine();
  await actions['claim-addresses'].do(args, context);
  await actions['connect-network'].do(args, context);
  expect(deeds).toEqual([
    bind,
    'ip: 6 lines from "link add name ins101 address 06:49:4e:00:00:65 type veth peer name eth0 address 02:49:4e:00:00:65 netns 4242"',
    'ip in 4242: 7 lines from "link set dev lo up"',
  ]);
  expect([...links]).toEqual(['ins101']);
});

test('a link that is left over from before is replaced', async () => {
  const { actions, deeds, links } = machine();
  links.add('ins101');
  await actions['claim-addresses'].do(args, context);
  expect([...links]).toEqual([]);
  await actions['connect-network'].do(args, context);
  expect(deeds[0]).toBe('ip: 1 lines from "link delete dev ins101"');
  expect([...links]).toEqual(['ins101']);
});

test('a VE is unbound after its link is gone', async () => {
  const { actions, deeds, links } = machine();
  links.add('ins101');
  await actions['disconnect-network'].do(ve, context);
  expect(deeds).toEqual(['ip: 1 lines from "link delete dev ins101"', unbind]);
});

test.each(['claim-addresses', 'connect-network'] as const)(
  'undoing a %s that never ran is fine, with a table and without',
  async (action) => {
    const { actions, deeds } = machine();
    await actions[action].undo?.(args, context);
    expect(deeds).toEqual([unbind]);
    const bare = machine();
    bare.hasTable = false;
    await bare.actions[action].undo?.(args, context);
    expect(bare.deeds).toEqual([]);
  },
);

test('a table that was flushed is made again with every VE of the node', async () => {
  const node = machine();
  await node.actions['claim-addresses'].do(other, context);
  node.deeds.length = 0;
  node.hasTable = false;
  await node.actions['claim-addresses'].do(args, context);
  expect(node.deeds).toContainEqual(expect.stringContaining('"ins102" . 02:49:4e:00:00:66 . 10.101.0.3'));
  expect(node.deeds).toContainEqual(expect.stringContaining(bound));
});

test('a refusal of nft that has another reason is passed on', async () => {
  const { ports } = machine();
  const nftables = {
    listTable: async () => 'table',
    apply: async () => await Promise.reject(refusal('syntax error')),
  } as unknown as RulesetPorts['nftables'];
  const ruleset = new Ruleset({ nftables, config: ports.config, firewall: noWalls });
  const actions = networkActions({ ...ports, ruleset });
  await expect(actions['claim-addresses'].do(args, context)).rejects.toThrow('syntax error');
  await expect(actions['disconnect-network'].do(ve, context)).rejects.toThrow('syntax error');
});

test('a connect fails when init ended meanwhile, since its pid may be another’s by now', async () => {
  const node = machine();
  node.isInitAlive = false;
  const error: unknown = await node.actions['connect-network'].do(args, context).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(CodedError);
  expect(error).toMatchObject({
    code: 'start_failed',
    message: 'VE 101 did not start: init ended while its network was set up',
  });
});

test('a link that the kernel removes by itself at the same moment is no failure', async () => {
  const { ports, links } = machine();
  links.add('ins101');
  const batch = async () => {
    links.delete('ins101');
    await Promise.reject(new Error('Cannot find device "ins101"'));
  };
  const actions = networkActions({ ...ports, links: { ...ports.links, batch } });
  await actions['disconnect-network'].do(ve, context);
});

test('preparing the node raises settings that are too low and leaves the others', async () => {
  const { ports, settings, deeds } = machine();
  await prepareNode(ports, []);
  expect(Object.fromEntries(settings)).toEqual({
    'net.ipv4.ip_forward': '1',
    'net.ipv4.neigh.default.gc_thresh1': '8192',
    'net.ipv4.neigh.default.gc_thresh3': '1000000',
  });
  expect(deeds[0]).toMatch(/^nft: table /);
  expect(deeds.slice(1)).toEqual([
    'ip: 1 lines from "route replace unreachable 10.101.0.0/16 metric 1048576 proto kernel"',
  ]);
});

test('a pool that is no pool is refused before the node is touched', async () => {
  const config = fakeConfig({ pool: '10.101.3.7/16' });
  const nftables = {} as RulesetPorts['nftables'];
  expect(() => new Ruleset({ nftables, config, firewall: noWalls })).toThrow('is no prefix');
});
