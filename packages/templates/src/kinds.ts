import { fault } from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { planLayerRemoval, planTemplateBuild } from './plan.ts';
import type { TemplateStore } from './template-store.ts';

export interface TemplateKindPorts {
  readonly templates: TemplateStore;
  /** How many VEs stand on a layer. */
  readonly usersOf: (layer: { readonly name: string; readonly version: string }) => number;
}

/** The lock that changes of a template hold. */
export const templateLock = (name: string): string => `template:${name}`;

/**
 * The kinds of operation on templates. Their target's id is the template's name (`template.remove`: or NAME@VERSION); the input of
 * `template.build` is `{ rebuild?: boolean }` or null, that of `template.remove` is not looked at.
 */
export function templateKinds({
  templates,
  usersOf,
}: TemplateKindPorts): Readonly<Record<string, OperationKind>> {
  const build: OperationKind = {
    async plan(input, target) {
      const name = target.id;
      const { rebuild = false } = (input ?? {}) as { readonly rebuild?: boolean };
      const template = await templates.resolved(name);
      const { layers } = await templates.layers();
      const newestOf = (wanted: string | null) => layers.findLast((layer) => layer.name === wanted) ?? null;
      // what exists is kept
      if (!rebuild && newestOf(name) !== null) return { steps: [], onCrash: 'rollback' };
      const version = await templates.nextVersion(name, new Date());
      return planTemplateBuild({ template, version, parent: newestOf(template.parent) });
    },
    result: async (target) => await templates.resolve(target.id),
  };

  const remove: OperationKind = {
    async plan(_input, target) {
      const [name, version] = target.id.split('@', 2);
      const { layers } = await templates.layers();
      const wanted = layers.filter(
        (layer) => layer.name === name && (version ?? layer.version) === layer.version,
      );
      if (wanted.length === 0) throw fault('template_not_found', { template: target.id });
      const unused = wanted.filter((layer) => usersOf(layer) === 0);
      if (unused.length === 0) {
        const count = wanted.reduce((sum, layer) => sum + usersOf(layer), 0);
        throw fault('template_in_use', { template: target.id, count });
      }
      return planLayerRemoval(unused);
    },
  };

  return { 'template.build': build, 'template.remove': remove };
}
