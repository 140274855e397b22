import type { OperationTarget } from '@insula/contract';
import { templateLock } from '@insula/templates';
import type { Changes } from '../http/calls.ts';
import type { Node } from '../node.ts';

type TemplateChanges = Pick<Changes, Extract<keyof Changes, `template.${string}`>>;

/** The calls that change templates, as requests to the engine. */
export function templateChanges(node: Node): TemplateChanges {
  const target = (id: string): OperationTarget => ({ kind: 'template', id, name: id });
  const lockOf = (reference: string) => templateLock(reference.split('@')[0] ?? reference);
  return {
    'template.build': async ({ params, query }) => {
      // An unknown template is told at once, also when another build holds the lock.
      await node.templates.resolved(params.template);
      const input = { rebuild: query.rebuild === true };
      return {
        request: {
          kind: 'template.build',
          target: target(params.template),
          input,
          locks: [lockOf(params.template)],
        },
      };
    },
    'template.remove': ({ params }) => ({
      request: {
        kind: 'template.remove',
        target: target(params.template),
        input: null,
        locks: [lockOf(params.template)],
      },
    }),
  };
}
