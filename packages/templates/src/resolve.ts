import { fault, type InitKind } from '@insula/contract';
import type { Repository } from './applications/application.ts';
import type {
  BaseDefinition,
  ExtendingDefinition,
  GuestFile,
  GuestProfile,
  GuestScript,
  Source,
  TemplateDefinition,
} from './definition.ts';

/** All definitions of a node, by name, and the profile of each kind of init. */
export interface DefinitionSet {
  readonly definitions: ReadonlyMap<string, TemplateDefinition>;
  readonly profiles: ReadonlyMap<InitKind, GuestProfile>;
}

/** What one link of a chain of templates adds. */
export interface Additions {
  readonly packages: readonly string[];
  /** Archives beside the distribution's own. */
  readonly repositories?: readonly Repository[];
  readonly files: readonly GuestFile[];
  readonly scripts: readonly GuestScript[];
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** A template with everything it stands on: plain data, complete for a build. */
export interface ResolvedTemplate {
  readonly name: string;
  readonly title: string;
  readonly base: Pick<BaseDefinition, 'distribution' | 'release' | 'architecture' | 'init' | 'source'>;
  readonly minimumFreeBytes: number;
  /** The template it extends; null for a whole system. */
  readonly parent: string | null;
  /** From the whole system to this template; the profile of the init is part of the first. */
  readonly chain: readonly Additions[];
  /** Scripts at the end of every build. */
  readonly finish: readonly GuestScript[];
}

/**
 * A template by name, with its chain of `extends` followed to the whole system at its end.
 * @throws CodedError template_not_found; invalid_input for a chain that ends nowhere or in itself, or an init without profile
 */
export function resolveTemplate(set: DefinitionSet, name: string): ResolvedTemplate {
  const definition = set.definitions.get(name);
  if (definition === undefined) throw fault('template_not_found', { template: name });
  const { base, extending } = followChain(set, definition);
  const profile = set.profiles.get(base.init);
  if (profile === undefined) {
    throw fault('invalid_input', {
      field: `template ${base.name}: init`,
      problem: `there is no profile for ${base.init}`,
    });
  }
  const chain = [merged(profile, base), ...extending.map(additionsOf)];
  refuseImpossible(name, base.source, chain);
  return {
    name,
    title: definition.title,
    base: {
      distribution: base.distribution,
      release: base.release,
      init: base.init,
      source: base.source,
      ...(base.architecture === undefined ? {} : { architecture: base.architecture }),
    },
    minimumFreeBytes: definition.minimumFreeBytes ?? base.minimumFreeBytes,
    parent: 'extends' in definition ? definition.extends : null,
    chain,
    finish: profile.finish,
  };
}

/** Whether a system's own programs may not run on the node: it came ready made from elsewhere, and nobody vouched for it. */
export const isForeign = (source: Source): boolean =>
  (source.kind === 'archive' || source.kind === 'image') && source.trusted !== true;

function refuseImpossible(name: string, source: Source, chain: readonly Additions[]): void {
  const refuse = (part: string, problem: string) =>
    fault('invalid_input', { field: `template ${name}: ${part}`, problem });
  const hasPackages = chain.some(({ packages }) => packages.length > 0);
  if (hasPackages && source.kind === 'busybox')
    throw refuse('packages', 'a busybox system has no package manager');
  if (hasPackages && source.kind !== 'busybox' && source.kind !== 'mmdebstrap' && !source.packagesFrom)
    throw refuse('packages', 'source.packagesFrom must say where from');
  if (!isForeign(source)) return;
  const runs = hasPackages ? 'packages' : chain.some(({ scripts }) => scripts.length > 0) ? 'scripts' : null;
  if (runs !== null)
    throw refuse(runs, 'would run programs of a system from elsewhere on the node; say source.trusted: true');
}

interface Chain {
  readonly base: BaseDefinition;
  /** From the one next to the base to the one asked for. */
  readonly extending: readonly ExtendingDefinition[];
}

function followChain(set: DefinitionSet, start: TemplateDefinition): Chain {
  const extending: ExtendingDefinition[] = [];
  const seen = new Set<string>();
  let current = start;
  while ('extends' in current) {
    seen.add(current.name);
    extending.unshift(current);
    const field = `template ${current.name}: extends`;
    if (seen.has(current.extends)) {
      throw fault('invalid_input', {
        field,
        problem: `${[...seen, current.extends].join(' -> ')} is a circle`,
      });
    }
    const parent = set.definitions.get(current.extends);
    if (parent === undefined)
      throw fault('invalid_input', { field, problem: `there is no template ${current.extends}` });
    current = parent;
  }
  return { base: current, extending };
}

const additionsOf = ({ packages, files, scripts, environment }: Additions): Additions => ({
  packages,
  files,
  scripts,
  environment,
});

const merged = (first: Additions, second: Additions): Additions => ({
  packages: [...first.packages, ...second.packages],
  files: [...first.files, ...second.files],
  scripts: [...first.scripts, ...second.scripts],
  environment: { ...first.environment, ...second.environment },
});
