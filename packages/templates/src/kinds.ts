import { fault, type OperationTarget, type VolumeLayout } from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import type { ApplicationStore, WantedApplication } from './applications/application-store.ts';
import type { AreaLayer } from './build-layout.ts';
import { planLayerRemoval, planPublication, planTemplateBuild } from './plan.ts';
import type { TemplateStore } from './template-store.ts';

/** Input of `template.golden`: what an image is made of, and the version that the asker has worked out. */
export interface GoldenInput {
  readonly base: { readonly name: string; readonly version: string };
  readonly applications: readonly WantedApplication[];
  readonly version: string;
}

export interface TemplateKindPorts {
  readonly applications: ApplicationStore;
  readonly templates: TemplateStore;
  /** How many VEs stand on a layer, or would if one of their snapshots were restored. */
  readonly usersOf: (layer: { readonly name: string; readonly version: string }) => Promise<number>;
  /** What a VE stands on, if its files can be had as they are at one moment. @throws CodedError ve_not_found, wrong_state */
  readonly areaOf: (uuid: string) => {
    readonly template: { readonly name: string; readonly version: string };
    readonly layers: readonly AreaLayer[];
    readonly layout: VolumeLayout;
  };
}

/** The lock that changes of a template hold. */
export const templateLock = (name: string): string => `template:${name}`;

/**
 * The kinds of operation on templates. Their target's id is the template's name (`template.remove` and `template.verify`: or
 * NAME@VERSION; of `template.import`: the file's name); the input of `template.build` is `{ rebuild?: boolean }` or null, of `template.create` `{ definition }`, of `template.publish` `{ uuid, title }`, of
 * `template.export` and `template.import` `{ path }`; that of the others
 * is not looked at.
 */
export function templateKinds({
  templates,
  applications,
  usersOf,
  areaOf,
}: TemplateKindPorts): Readonly<Record<string, OperationKind>> {
  const newest = async (name: string | null) => {
    const { layers } = await templates.layers();
    return layers.findLast((layer) => layer.name === name) ?? null;
  };

  const result = async ({ id }: OperationTarget) => await templates.resolve(id);

  const build: OperationKind = {
    async plan(input, target) {
      const name = target.id;
      const { rebuild = false } = (input ?? {}) as { readonly rebuild?: boolean };
      const template = await templates.resolved(name);
      // what exists is kept
      if (!rebuild && (await newest(name)) !== null) return { steps: [], onCrash: 'rollback' };
      const version = await templates.nextVersion(name, new Date());
      return planTemplateBuild({ template, version, parent: await newest(template.parent) });
    },
    result,
  };

  const create: OperationKind = {
    async plan(input, { id: name }) {
      const { definition } = input as { readonly definition: string };
      const { template, path } = await templates.drafted(name, definition);
      const version = await templates.nextVersion(name, new Date());
      const build = planTemplateBuild({ template, version, parent: await newest(template.parent) });
      const args = { path, content: definition };
      const first = { action: 'write-definition', title: `write ${path}`, args, weight: 0.05 } as const;
      return { ...build, steps: [first, ...build.steps] };
    },
    result,
  };

  const golden: OperationKind = {
    async plan(input, { id: name }) {
      const { base, applications: wanted, version } = input as GoldenInput;
      const { layers } = await templates.layers();
      if (layers.some((layer) => layer.name === name && layer.version === version))
        return { steps: [], onCrash: 'rollback' };
      const image = await applications.golden(await templates.version(base), wanted);
      if (image.name !== name || image.version !== version) {
        const problem = 'a definition was changed meanwhile; try again';
        throw fault('template_build_failed', { template: name, problem });
      }
      return planTemplateBuild({ template: image.template, version, parent: base });
    },
    result,
  };

  const publish: OperationKind = {
    async plan(input, { id: name }) {
      const { uuid, title } = input as { readonly uuid: string; readonly title: string };
      const { definitions } = await templates.definitions();
      if (definitions.has(name)) throw fault('template_exists', { template: name });
      const { template: standsOn, layers, layout } = areaOf(uuid);
      const { distribution, release, init, bytes } = await templates.version(standsOn);
      const version = await templates.nextVersion(name, new Date());
      const layer = { name, version, title, distribution, release, init };
      return planPublication({ layer, uuid, layout, layers, minimumFreeBytes: bytes });
    },
    result,
  };

  const update: OperationKind = {
    async plan(_input, { id: name }) {
      const template = await templates.resolved(name);
      const version = await templates.nextVersion(name, new Date());
      // from the ground up: on a built parent its packages would stay as old as that is
      return planTemplateBuild({ template, version, parent: null, previous: await newest(name) });
    },
    result,
  };

  const verify: OperationKind = {
    async plan(_input, { id }) {
      const { name, version, digest = null } = await templates.resolve(id);
      const args = { name, version, digest };
      return {
        steps: [{ action: 'verify-template', title: `read ${name}@${version}`, args }],
        onCrash: 'resume',
      };
    },
  };

  const remove: OperationKind = {
    async plan(_input, target) {
      const [name, version] = target.id.split('@', 2);
      const { layers } = await templates.layers();
      const wanted = layers.filter(
        (layer) => layer.name === name && (version ?? layer.version) === layer.version,
      );
      if (wanted.length === 0) throw fault('template_not_found', { template: target.id });
      const counted = await Promise.all(
        wanted.map(async (layer) => ({ layer, count: await usersOf(layer) })),
      );
      const unused = counted.filter(({ count }) => count === 0).map(({ layer }) => layer);
      if (unused.length === 0) {
        const count = counted.reduce((sum, each) => sum + each.count, 0);
        throw fault('template_in_use', { template: target.id, count });
      }
      return planLayerRemoval(unused);
    },
  };

  const exporting: OperationKind = {
    async plan(input, { id }) {
      const { name, version } = await templates.resolve(id);
      const { path } = input as { readonly path: string };
      const title = `write ${name}@${version} to ${path}`;
      return {
        steps: [{ action: 'export-layer', title, args: { name, version, path } }],
        onCrash: 'rollback',
      };
    },
  };

  const importing: OperationKind = {
    plan(input) {
      const args = { path: (input as { readonly path: string }).path };
      return {
        steps: [
          { action: 'unpack-template', title: `unpack ${args.path}`, args, weight: 2 },
          { action: 'import-layer', title: 'take the template in', args, weight: 2 },
          { action: 'drop-staging', title: 'clean up', args, weight: 0.1 },
        ],
        onCrash: 'resume',
        cancellableBefore: 2,
      };
    },
  };

  return {
    'template.create': create,
    'template.build': build,
    'template.golden': golden,
    'template.publish': publish,
    'template.update': update,
    'template.verify': verify,
    'template.remove': remove,
    'template.export': exporting,
    'template.import': importing,
  };
}
