import { basename } from 'node:path';
import type { OperationTarget } from '@insula/contract';
import { foreignDefinition, templateLock } from '@insula/templates';
import { veLock } from '@insula/ve';
import type { Change, Changes } from '../http/calls.ts';
import type { Node } from '../node.ts';

type TemplateChanges = Pick<Changes, Extract<keyof Changes, `template.${string}`>>;

/** The calls that change templates, as requests to the engine. */
export function templateChanges(node: Node): TemplateChanges {
  const target = (id: string): OperationTarget => ({ kind: 'template', id, name: id });
  const lockOf = (reference: string) => templateLock(reference.split('@')[0] ?? reference);
  const change = (kind: string, reference: string, input: unknown = null): Change => ({
    request: { kind, target: target(reference), input, locks: [lockOf(reference)] },
  });
  return {
    'template.create': ({ params: { template }, body }) =>
      change('template.create', template, { definition: foreignDefinition(template, body) }),
    'template.publish': ({ params, body }) => {
      const { uuid, name } = node.registry.find(params.ve).spec;
      const input = { uuid, title: body.title ?? `Made of VE ${name}` };
      return {
        request: {
          kind: 'template.publish',
          target: target(body.template),
          input,
          locks: [veLock(uuid), lockOf(body.template)],
        },
      };
    },
    'template.build': async ({ params, query }) => {
      // An unknown template is told at once, also when another build holds the lock.
      await node.templates.resolved(params.template);
      return change('template.build', params.template, { rebuild: query.rebuild === true });
    },
    'template.update': async ({ params }) => {
      await node.templates.resolved(params.template);
      return change('template.update', params.template);
    },
    'template.verify': ({ params }) => change('template.verify', params.template),
    'template.export': ({ params, body }) => change('template.export', params.template, body),
    'template.import': ({ body }) => ({
      request: {
        kind: 'template.import',
        target: target(basename(body.path)),
        input: body,
        locks: ['template-import'],
      },
    }),
    'template.remove': ({ params }) => change('template.remove', params.template),
  };
}
