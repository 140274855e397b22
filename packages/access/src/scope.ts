/** On what a role is held. */
export type Scope =
  | { readonly kind: 'everything' }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 've'; readonly uuid: string };

/** What a call is about: something that a scope may cover. A VE brings the groups that it is in and the node that it is on. */
export type Target =
  | Exclude<Scope, { readonly kind: 've' }>
  | {
      readonly kind: 've';
      readonly uuid: string;
      readonly groups: readonly string[];
      readonly node: string;
    };

/**
 * Whether what is held on a scope counts for a target. A node covers the VEs on it, but no group: VEs of a group may be elsewhere.
 */
export function covers(scope: Scope, target: Target): boolean {
  switch (scope.kind) {
    case 'everything':
      return true;
    case 'node':
      return (
        (target.kind === 'node' && target.name === scope.name) ||
        (target.kind === 've' && target.node === scope.name)
      );
    case 'group':
      return (
        (target.kind === 'group' && target.name === scope.name) ||
        (target.kind === 've' && target.groups.includes(scope.name))
      );
    case 've':
      return target.kind === 've' && target.uuid === scope.uuid;
  }
}

/** `everything`, `node:NAME`, `group:NAME`, `ve:UUID`: as it is stored. */
export function scopeText(scope: Scope | Target): string {
  if (scope.kind === 'everything') return scope.kind;
  return `${scope.kind}:${scope.kind === 've' ? scope.uuid : scope.name}`;
}

/** The other way round. What follows `ve:` must be a UUID by then. @throws TypeError for another text */
export function parseScope(text: string): Scope {
  const [kind, name = ''] = text.split(':', 2);
  if (text === 'everything') return { kind: 'everything' };
  if (kind === 'node' || kind === 'group') return { kind, name };
  if (kind === 've') return { kind, uuid: name };
  throw new TypeError(`no scope: ${text}`);
}
