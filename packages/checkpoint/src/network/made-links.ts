import type { GuestLinkFacts } from '@insula/host';

/** How to make a link of a kind again, as arguments of `ip link add`, from what iproute2 told of it. */
const recipes: Readonly<Record<string, (link: GuestLinkFacts) => string | null>> = {
  bridge: ({ settings }) =>
    [
      'type bridge',
      ...setting(settings, 'stp_state'),
      // kernels without it do not even take the word
      ...(settings['vlan_filtering'] === 1 ? ['vlan_filtering 1'] : []),
      ...setting(settings, 'forward_delay'),
      ...setting(settings, 'ageing_time'),
    ].join(' '),
  dummy: () => 'type dummy',
  vlan: ({ settings: { id }, parent }) =>
    typeof id === 'number' && parent !== null ? `type vlan id ${id}` : null,
  macvlan: ({ settings: { mode }, parent }) =>
    typeof mode === 'string' && /^\w+$/.test(mode) && parent !== null ? `type macvlan mode ${mode}` : null,
};

const setting = (settings: GuestLinkFacts['settings'], name: string): readonly string[] =>
  typeof settings[name] === 'number' ? [`${name} ${settings[name]}`] : [];

/** Kinds of links made inside that a restore makes again. */
export const madeAgain: readonly string[] = Object.keys(recipes);

function isMadeAgain(kind: string | null): boolean {
  return kind !== null && Object.hasOwn(recipes, kind);
}

/**
 * Arguments of `ip` that make a link again, not up yet; null for one that nobody can make. What it stands on must be there. Its index is
 * what it was, unless one of those that are there already has it.
 */
export function makeLine(link: GuestLinkFacts, takenIndexes: readonly number[]): string | null {
  const recipe = link.kind === null ? undefined : recipes[link.kind];
  const type = recipe?.(link) ?? null;
  if (type === null) return null;
  const on = link.parent === null ? '' : `link ${link.parent} `;
  const address = link.address === null ? '' : `address ${link.address} `;
  const index = takenIndexes.includes(link.index) ? '' : `index ${link.index} `;
  return `link add ${on}name ${link.name} ${index}${address}${type}`;
}

/** Names of links that are in a saved network and that nobody makes again. */
export function linksInTheWay<Link extends Pick<GuestLinkFacts, 'name' | 'kind'>>(
  links: readonly Link[],
  own: readonly string[],
): readonly Link[] {
  return links.filter(({ name, kind }) => !own.includes(name) && !isMadeAgain(kind));
}
