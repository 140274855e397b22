import type { ParameterValue, ParameterValues, Sample } from '@insula/contract';
import { findInconsistencies, nodeCapacity, scaleParameters, splitNode } from '@insula/resources';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** The calls on samples. */
export function sampleCalls(node: Node): Pick<Reads, Extract<keyof Reads, `sample.${string}`>> {
  const { samples, host, config } = node;
  return {
    'sample.list': async () => await samples.list(),
    'sample.show': async ({ params }) => await samples.find(params.sample),
    'sample.save': async ({ params, body }) => await samples.save(params.sample, body),
    'sample.remove': async ({ params }) => {
      await samples.remove(params.sample);
      return null;
    },
    'sample.validate': async ({ params }) => {
      const { parameters } = await samples.find(params.sample);
      return [...findInconsistencies(parameters, await nodeCapacity(host, config))];
    },
    'sample.scale': async ({ params, body: { name, percent, parts = ['all'] } }) => {
      const { description, parameters } = await samples.find(params.sample);
      return await samples.save(name, {
        description,
        parameters: scaleParameters(parameters, percent / 100, parts),
      });
    },
    'sample.split': async ({ body: { name, count } }) => {
      const { availableBytes } = await host.files.fileSystem(config.pool);
      const parameters = splitNode(
        {
          capacity: await nodeCapacity(host, config),
          processes: Number((await host.sysctls.read('kernel.pid_max')) ?? 32_768),
          freeBytes: availableBytes,
        },
        count,
      );
      return await samples.save(name, { description: `1/${count} of ${config.name}`, parameters });
    },
  };
}

/** A change that gives a VE what a sample has, and nothing of what it had. */
export function changeToSample(
  current: ParameterValues,
  { parameters }: Sample,
): Record<string, ParameterValue | null> {
  const gone = Object.keys(current).map((name) => [name, null] as const);
  return Object.fromEntries([...gone, ...Object.entries(parameters)]);
}
