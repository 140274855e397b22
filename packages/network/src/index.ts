export { type ChangeArgs, type NetworkPorts, networkActions } from './actions.ts';
export { canonicalAddress } from './addresses/address.ts';
export {
  type AddressPool,
  chooseAddresses,
  parsePools,
  poolOf,
  poolSize,
  type TakenAddresses,
} from './addresses/address-pool.ts';
export { compileGuestBatch, compileHostBatch } from './compile-links.ts';
export { compileBinding, compileRuleset, compileUnbinding, nodeTables } from './compile-ruleset.ts';
export { withChangedRule, withoutRule, withRule } from './firewall-rules.ts';
export { type ForwardedPort, parseForwards } from './forwards.ts';
export {
  compileGuestFiles,
  type GuestFile,
  type GuestNetwork,
  guestFileContent,
} from './guest/guest-files.ts';
export { mergeManagedBlock } from './guest/managed-block.ts';
export { chooseNameServers, nodeResolverFiles } from './guest/name-servers.ts';
export {
  checkInterfaces,
  clonedInterfaces,
  newInterface,
  portName,
  randomMac,
  refuseUnattachable,
  withChangedInterface,
} from './interfaces/interface.ts';
export { guestLink, hostLinkName, type LinkMacs, linkMacs, type NetworkConfig } from './links.ts';
export { NameService } from './names/name-service.ts';
export { NetworkKeeper } from './network-keeper.ts';
export { isConnected, type NodeNetworkPorts, prepareNode, removeNode } from './node-network.ts';
export { type NodeSysctl, nodeSysctls } from './node-sysctls.ts';
export { Ruleset, type RulesetPorts } from './ruleset.ts';
export { parseRates } from './shaping.ts';
export { type Counters, trafficRows } from './traffic-books.ts';
export { noLedger, spoofedPackets, TrafficLedger } from './traffic-ledger.ts';
export type { VeLink } from './ve-link.ts';
export { openFirewall, ruleCounter } from './walls.ts';
