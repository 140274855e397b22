import type { GuestLinkFacts, GuestNetwork, GuestNetworkScript } from '@insula/host';
import { makeLine } from './made-links.ts';

type Family = '4' | '6';

/**
 * What turns a network as it is made for a new VE (`fresh`) into the one that was saved: CRIU saves nothing of it when runc asks
 * (its images have connections only, and their addresses must be there before them).
 */
export function compileReplay(saved: GuestNetwork, fresh: GuestNetwork): GuestNetworkScript {
  return {
    lines: { '4': linesOf(saved, fresh, '4'), '6': linesOf(saved, fresh, '6') },
    ruleset: saved.ruleset === fresh.ruleset ? '' : `flush ruleset\n${saved.ruleset}`,
    legacyTables: saved.legacyTables,
    sysctls: Object.fromEntries(
      Object.entries(saved.sysctls).filter(
        ([name, value]) =>
          fresh.sysctls[name] !== undefined && fresh.sysctls[name] !== value && !isTrigger(name),
      ),
    ),
  };
}

function linesOf(saved: GuestNetwork, fresh: GuestNetwork, family: Family): readonly string[] {
  const routes = { saved: routesOf(saved, family), fresh: routesOf(fresh, family) };
  const rules = { saved: rulesOf(saved, family), fresh: rulesOf(fresh, family) };
  return [
    ...(family === '4' ? madeLines(saved, fresh) : []),
    ...saved.links.flatMap((link) => linkLines(link, fresh, family)),
    ...neighbourLines(saved, fresh, family),
    ...difference(routes.fresh, routes.saved).map((route) => `route delete ${route}`),
    // those through a gateway need the routes by which it is reached
    ...difference(routes.saved, routes.fresh)
      .toSorted((a, b) => Number(isThroughGateway(a)) - Number(isThroughGateway(b)))
      .map((route) => `route replace ${route}`),
    ...difference(rules.fresh, rules.saved).map((rule) => `rule delete ${rule}`),
    ...difference(rules.saved, rules.fresh).map((rule) => `rule add ${rule}`),
  ];
}

/** Links made inside, those that others stand on first, and what is a port of which bridge. */
function madeLines(saved: GuestNetwork, fresh: GuestNetwork): readonly string[] {
  const made = saved.links.filter((link) => freshLink(fresh, link.name) === undefined);
  const ports = saved.links.filter(
    ({ name, master }) => master !== null && master !== freshLink(fresh, name)?.master,
  );
  const taken = fresh.links.map(({ index }) => index);
  return [
    ...made.toSorted((a, b) => a.index - b.index).flatMap((link) => makeLine(link, taken) ?? []),
    ...ports.map(({ name, master }) => `link set dev ${name} master ${master}`),
  ];
}

function freshLink(fresh: GuestNetwork, name: string): GuestLinkFacts | undefined {
  return fresh.links.find((link) => link.name === name);
}

function linkLines(link: GuestLinkFacts, fresh: GuestNetwork, family: Family): readonly string[] {
  // what was made a moment ago is down and has no address
  const present = freshLink(fresh, link.name) ?? { isUp: false, mtu: 0, addresses: [] };
  const now = addressesOf({ name: link.name, addresses: present.addresses }, family);
  const then = addressesOf(link, family);
  return [
    ...(family === '4' && link.mtu !== present.mtu ? [`link set dev ${link.name} mtu ${link.mtu}`] : []),
    ...(family === '4' && link.isUp !== present.isUp
      ? [`link set dev ${link.name} ${link.isUp ? 'up' : 'down'}`]
      : []),
    ...difference(now, then).map((address) => `address delete ${address}`),
    ...difference(then, now).map((address) => `address add ${address}`),
  ];
}

function addressesOf(link: Pick<GuestLinkFacts, 'name' | 'addresses'>, family: Family): readonly string[] {
  return link.addresses
    .filter((address) => (address.family === 'inet') === (family === '4') && !address.isDynamic)
    .map(({ local, prefixLength, scope, label }) => {
      const named = label === null || label === link.name ? '' : ` label ${label}`;
      const kept = family === '6' ? ' nodad' : '';
      return `${local}/${prefixLength} dev ${link.name} scope ${scope}${named}${kept}`;
    });
}

/** Routes that somebody made: those that come with addresses and links are the kernel's. */
function routesOf(network: GuestNetwork, family: Family): readonly string[] {
  return network.routes[family]
    .filter((route) => !/\bproto kernel\b/.test(route) && !/\btable local\b/.test(route))
    .map((route) =>
      route
        .replaceAll('\\', ' ')
        .replaceAll(/\b(?:linkdown|dead|notify)\b/g, '')
        .replaceAll(/\b(?:error -?\d+|expires \d+sec)\b/g, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .map((route) => (family === '6' ? route.replace(/^default\b/, '::/0') : route));
}

function isThroughGateway(route: string): boolean {
  return / via /.test(route);
}

/** `ip rule` shows '100: from all lookup 7' and takes 'pref 100 from all lookup 7'. */
function rulesOf(network: GuestNetwork, family: Family): readonly string[] {
  return network.rules[family].map((rule) => rule.replace(/^(\d+):\s*/, 'pref $1 ').replaceAll(/\s+/g, ' '));
}

function neighbourLines(saved: GuestNetwork, fresh: GuestNetwork, family: Family): readonly string[] {
  return difference(saved.neighbours, fresh.neighbours)
    .filter((line) => (line.split(' ')[0] ?? '').includes(':') === (family === '6'))
    .filter((line) => line.includes(' lladdr '))
    .map((line) => `neighbour replace ${line.replace(/\s+PERMANENT.*$/, '')} nud permanent`);
}

function difference(all: readonly string[], without: readonly string[]): readonly string[] {
  const known = new Set(without);
  return all.filter((line) => !known.has(line));
}

/** Writing these does something instead of setting something. */
function isTrigger(name: string): boolean {
  return /\.route\.flush$|\.conf\.(?:all|default)\.stable_secret$/.test(name);
}
