import { row } from './error-row.ts';

/** Errors about interfaces of VEs beside their routed links. */
export const interfaceErrors = {
  mac_taken: row(
    409,
    'conflict',
    'the hardware address {mac} belongs to VE {ve}',
    'choose another one, or leave it out',
  ),
  device_taken: row(
    409,
    'conflict',
    'the device {device} is handed to VE {ve}',
    'take it from that VE first: `insula netif list {ve}`',
  ),
  device_missing: row(
    409,
    'conflict',
    'the node has no {kind} {device}',
    'make it, or take the interface {interface} from the VE',
  ),
  interface_exists: row(
    409,
    'conflict',
    'VE {ve} has an interface {interface} already',
    'choose another name, or change that one: `insula netif set {ve} {interface}`',
  ),
  interface_not_found: row(
    404,
    'notFound',
    'VE {ve} has no interface {interface}',
    '`insula netif list {ve}` shows those that it has',
  ),
};
