import type { NftTable } from '@insula/host';

/** A set or, with `data`, a map; elements as nft writes them, `key : value` for maps. */
export interface NamedSet {
  readonly name: string;
  /** The type of its elements by name, or by example. */
  readonly type?: string;
  readonly typeof?: string;
  readonly data?: string;
  readonly flags?: string;
  readonly elements: readonly string[];
}

export interface Chain {
  readonly name: string;
  /** Where packets enter it; a chain without is jumped to. */
  readonly hook?: string;
  readonly rules: readonly string[];
}

export interface TableParts {
  /** Sets of interfaces that count what matches; kept when the ruleset is made again. */
  readonly counting: readonly string[];
  /** Named counters, kept likewise. */
  readonly counters: readonly string[];
  /** Sets that rules add to, kept likewise; their elements go after a time. */
  readonly learned?: readonly { readonly name: string; readonly typeof: string; readonly timeout: string }[];
  readonly sets: readonly NamedSet[];
  readonly chains: readonly Chain[];
}

/**
 * A table as text for `nft -f`: everything is declared, emptied and filled again in one transaction, but for what counts. What is
 * there but not named is left and means nothing. `replaced` begins anew.
 */
export function tableText({ family, name }: NftTable, parts: TableParts, replaced: boolean): string {
  const table = `${family} ${name}`;
  return `${[
    // the first line makes sure that there is something to delete
    ...(replaced ? [`add table ${table}`, `delete table ${table}`] : []),
    `table ${table} {`,
    ...parts.counting.flatMap((set) => [
      `  set ${set} {`,
      '    type ifname',
      '    size 65535',
      '    flags dynamic',
      '    counter',
      '  }',
    ]),
    ...(parts.learned ?? []).flatMap((set) => [
      `  set ${set.name} {`,
      `    typeof ${set.typeof}`,
      '    size 65535',
      '    flags dynamic,timeout',
      `    timeout ${set.timeout}`,
      '  }',
    ]),
    ...parts.counters.flatMap((counter) => [`  counter ${counter} {`, '  }']),
    ...parts.chains.flatMap(declaredChain),
    ...parts.sets.flatMap((set) => declaredSet(set, [])),
    '}',
    ...parts.chains.map((chain) => `flush chain ${table} ${chain.name}`),
    ...parts.sets.map((set) => `flush ${wordOf(set)} ${table} ${set.name}`),
    `table ${table} {`,
    ...parts.sets
      .filter(({ elements }) => elements.length > 0)
      .flatMap((set) => declaredSet(set, set.elements)),
    ...parts.chains.filter(({ rules }) => rules.length > 0).flatMap(filledChain),
    '}',
  ].join('\n')}\n`;
}

/** Lines that add elements to the sets of a table or delete them. */
export function elementLines(
  { family, name }: NftTable,
  sets: readonly NamedSet[],
  verb: 'add' | 'delete',
): readonly string[] {
  return sets
    .filter(({ elements }) => elements.length > 0)
    .map((set) => `${verb} element ${family} ${name} ${set.name} { ${set.elements.join(', ')} }`);
}

function wordOf({ data }: NamedSet): 'map' | 'set' {
  return data === undefined ? 'set' : 'map';
}

function declaredSet(set: NamedSet, elements: readonly string[]): readonly string[] {
  const { name, data, flags } = set;
  return [
    `  ${wordOf(set)} ${name} {`,
    `    ${set.type === undefined ? `typeof ${set.typeof}` : `type ${set.type}`}${data === undefined ? '' : ` : ${data}`}`,
    ...(flags === undefined ? [] : [`    flags ${flags}`]),
    ...(elements.length === 0
      ? []
      : ['    elements = {', ...elements.map((element) => `      ${element},`), '    }']),
    '  }',
  ];
}

function declaredChain({ name, hook }: Chain): readonly string[] {
  return hook === undefined ? [`  chain ${name} {`, '  }'] : [`  chain ${name} {`, `    ${hook}`, '  }'];
}

function filledChain({ name, rules }: Chain): readonly string[] {
  return [`  chain ${name} {`, ...rules.map((rule) => `    ${rule}`), '  }'];
}
