import type { Lack, ParameterRow } from './row.ts';

const most = 2_147_483_647;
const charged: Lack = { state: 'accounted', text: 'its memory counts into physpages, which limits it' };
const noLimit: Lack = { state: 'accounted', text: 'Linux has no limit for it in one VE' };

const accounted = {
  live: true,
  v2: [],
  v1: [],
  group: 'network',
  shape: 'pair',
  default: 'unlimited',
} as const;

/**
 * Rates are no parameters: see the settings `rates` and `ratebound`. Socket buffers are counted by cgroups as a whole only
 * (memory.stat sock; memory.kmem.tcp on v1, which limits them as well).
 */
export const networkParameters = [
  {
    ...accounted,
    name: 'numtcpsock',
    unit: 'count',
    minimum: 1,
    maximum: most,
    text: 'TCP sockets',
    gathered: 'tcpSockets',
    lacks: { v2: noLimit, v1: noLimit },
  },
  {
    ...accounted,
    name: 'numothersock',
    unit: 'count',
    minimum: 1,
    maximum: most,
    text: 'Sockets of all other kinds',
    gathered: 'otherSockets',
    lacks: { v2: noLimit, v1: noLimit },
  },
  {
    ...accounted,
    name: 'sockbuf',
    unit: 'bytes',
    shape: 'limit',
    minimum: 65_536,
    maximum: Number.MAX_SAFE_INTEGER,
    text: 'Memory in the buffers of sockets; on cgroup v1 of TCP alone',
    v1: [{ controller: 'memory', file: 'memory.kmem.tcp.limit_in_bytes', encode: 'number-or-minus-one' }],
    counters: {
      v2: { held: { controller: 'memory', file: 'memory.stat', key: 'sock' } },
      v1: {
        held: { controller: 'memory', file: 'memory.kmem.tcp.usage_in_bytes' },
        maxheld: { controller: 'memory', file: 'memory.kmem.tcp.max_usage_in_bytes' },
        failcnt: { controller: 'memory', file: 'memory.kmem.tcp.failcnt' },
      },
    },
    lacks: { v2: charged },
  },
  ...(
    [
      ['tcpsndbuf', 'Buffers of TCP sockets for sending'],
      ['tcprcvbuf', 'Buffers of TCP sockets for receiving'],
      ['othersockbuf', 'Buffers of other sockets for sending'],
      ['dgramrcvbuf', 'Buffers of datagram sockets for receiving'],
    ] as const
  ).map(
    ([name, text]) =>
      ({
        ...accounted,
        name,
        unit: 'bytes',
        minimum: 4096,
        maximum: Number.MAX_SAFE_INTEGER,
        text: `${text}; counted in sockbuf`,
        lacks: { v2: charged, v1: charged },
      }) as const,
  ),
  {
    ...accounted,
    name: 'numiptent',
    unit: 'count',
    minimum: 1,
    maximum: most,
    text: 'Netfilter rules; nobody counts them',
    lacks: { v2: charged, v1: charged },
  },
  {
    ...accounted,
    name: 'numconntrack',
    aliases: ['connections'],
    unit: 'count',
    minimum: 1,
    maximum: most,
    text: 'Connections that the VE tracks',
    gathered: 'connections',
    lacks: {
      v2: {
        state: 'accounted',
        text: 'one limit holds for the node and all VEs: net.netfilter.nf_conntrack_max',
      },
      v1: {
        state: 'accounted',
        text: 'one limit holds for the node and all VEs: net.netfilter.nf_conntrack_max',
      },
    },
  },
] as const satisfies readonly ParameterRow[];
