import type { CheckpointBlocker } from '@insula/contract';
import type { DescriptorFacts, ProcessFacts } from '@insula/host';
import { about } from './about.ts';

/** Kinds of anonymous files that CRIU can save (criu/files.c). */
export const knownAnonymous = [
  'eventfd',
  'eventpoll',
  'inotify',
  'fanotify',
  'signalfd',
  'timerfd',
  'pidfd',
  'bpf-map',
];

/** Character devices without state, which are there on every node. */
const knownDevices = /^\/dev\/(?:null|zero|full|u?random|tty|ptmx|console|pts\/\d+|pts\/ptmx)$/;
const statefulDevices = /^\/dev\/(?:fuse|net\/tun|kvm|vhost|loop|dri\/|mapper\/|snd\/|input\/|hid)/;

/** Protocols that CRIU can save, as the kernel names them. */
export const knownProtocols = [
  ...['TCP', 'TCPv6', 'UDP', 'UDPv6', 'UDP-Lite', 'UDPLITEv6', 'RAW', 'RAWv6', 'PING', 'PINGv6'],
  ...['UNIX', 'UNIX-STREAM', 'NETLINK', 'PACKET'],
];

/** What of an open file keeps its process from being dumped. */
export function judgeDescriptor(
  process: ProcessFacts,
  { number, target, protocol, isUnlinkedAlias }: DescriptorFacts,
  unreadNetlink: readonly number[],
): readonly CheckpointBlocker[] {
  const { command } = process;
  const anonymous = /^anon_inode:\[?([\w:-]+)\]?/.exec(target)?.[1];
  if (anonymous !== undefined && !knownAnonymous.includes(anonymous)) {
    const remedy = anonymous === 'io_uring' ? 'configure it to use no io_uring' : 'stop the service';
    return [
      about(process, {
        kind: 'descriptor',
        subject: `fd ${number}`,
        problem: `${command} uses ${anonymous}`,
        remedy,
      }),
    ];
  }
  if (protocol !== null && !knownProtocols.includes(protocol)) {
    const problem = `${command} has a socket of ${protocol}`;
    return [
      about(process, {
        kind: 'socket',
        subject: `fd ${number}`,
        problem,
        remedy: 'stop the service, or have it use TCP',
      }),
    ];
  }
  const inode = Number(/^socket:\[(\d+)\]/.exec(target)?.[1]);
  if (protocol === 'NETLINK' && unreadNetlink.includes(inode)) {
    const problem = `${command} has not read yet what the kernel told it`;
    const remedy = 'wait until it does; a service that never does is stopped or restarted';
    return [about(process, { kind: 'socket', subject: `fd ${number}`, problem, remedy, passing: true })];
  }
  if (/^\/secretmem\b/.test(target)) {
    const problem = `${command} has memory that even the kernel does not show (memfd_secret)`;
    return [
      about(process, { kind: 'descriptor', subject: `fd ${number}`, problem, remedy: 'stop the service' }),
    ];
  }
  if (isUnlinkedAlias) {
    const name = target.replace(/ \(deleted\)$/, '');
    const problem = `${command} has a file open by the name ${name}, which was removed while the file kept another name`;
    const remedy = 'restart the service: it opens the file by a name that there is';
    return [about(process, { kind: 'descriptor', subject: `fd ${number}`, problem, remedy })];
  }
  if (statefulDevices.test(target) && !knownDevices.test(target)) {
    const problem = `${command} has the device ${target} open`;
    return [about(process, { kind: 'device', subject: target, problem, remedy: 'stop the service' })];
  }
  return [];
}
