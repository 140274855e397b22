import type { TemplateDiff } from '@insula/contract';
import { comparePackages } from '@insula/templates';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

type TemplateReads = Pick<Reads, 'template.list' | 'template.show' | 'template.diff'>;

/** The calls that tell about templates. */
export function templateReads({ templates, registry, contents }: Node): TemplateReads {
  const usedBy = (name: string, version?: string): number =>
    registry
      .list()
      .filter(
        ({ spec: { template } }) =>
          template.name === name && (version === undefined || template.version === version),
      ).length;
  return {
    'template.list': async () =>
      (await templates.list()).map((template) => ({ ...template, usedBy: usedBy(template.name) })),
    'template.show': async ({ params: { template: name } }) => {
      const template = await templates.show(name);
      const versions = template.versions.map((row) => ({ ...row, usedBy: usedBy(name, row.version) }));
      return { ...template, versions };
    },
    'template.diff': async ({ params, signal }): Promise<TemplateDiff> => {
      const from = await templates.resolve(params.template);
      const to = await templates.resolve(params.other);
      return {
        from: `${from.name}@${from.version}`,
        to: `${to.name}@${to.version}`,
        packages: comparePackages(await templates.packages(from), await templates.packages(to)),
        files: [...(await contents.compare(from, to, { signal }))],
      };
    },
  };
}
