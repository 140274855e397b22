import { createHash } from 'node:crypto';
import { fault, type TemplateVersion } from '@insula/contract';
import type { Additions, ResolvedTemplate } from '../resolve.ts';
import { type Application, familyOf } from './application.ts';
import { type Settings, settingsPreamble } from './settings.ts';

/** An application with all its settings. */
export interface ChosenApplication {
  readonly application: Application;
  readonly settings: Settings;
}

export interface GoldenImage {
  readonly name: string;
  readonly version: string;
  readonly template: ResolvedTemplate;
  readonly chosen: readonly ChosenApplication[];
}

/**
 * The template that holds a version of an OS template with applications: the same choice gives the same name and version on every
 * node, so that it is built once. Pure.
 * @throws CodedError application_unsupported
 */
export function goldenImage(
  base: ResolvedTemplate,
  layer: TemplateVersion,
  chosen: readonly ChosenApplication[],
): GoldenImage {
  const sorted = [...chosen].sort((left, right) => (left.application.name < right.application.name ? -1 : 1));
  const names = sorted.map(({ application }) => application.name);
  const readable = `${layer.name}.with.${names.join('.')}`;
  const name =
    readable.length <= 63 ? readable : `${layer.name.slice(0, 40)}.with.${digest(names).slice(0, 12)}`;
  const identity = [layer.version, layer.digest ?? null, base, sorted];
  const titles = names.join(', ');
  return {
    name,
    version: `${layer.version.slice(0, 22)}.${digest(identity).slice(0, 8)}`,
    chosen: sorted,
    template: {
      ...base,
      name,
      title: `${layer.title} with ${titles}`.slice(0, 120),
      parent: layer.name,
      chain: [...base.chain, additionsOf(layer, sorted)],
    },
  };
}

/** What an application needs in a system. @throws CodedError application_unsupported */
export function supportOf(application: Application, { name, distribution, init }: TemplateVersion) {
  const family = familyOf(distribution);
  const support = family === null ? undefined : application.families[family];
  const refuse = (problem: string) =>
    fault('application_unsupported', { application: application.name, template: name, problem });
  if (support === undefined) throw refuse(`it has no packages for ${distribution}`);
  if (init !== 'systemd') throw refuse('its services need systemd');
  return support;
}

function additionsOf(layer: TemplateVersion, chosen: readonly ChosenApplication[]): Additions {
  return {
    packages: chosen.flatMap(({ application }) => supportOf(application, layer).packages),
    repositories: chosen.flatMap(({ application }) => supportOf(application, layer).repositories),
    files: chosen.flatMap(({ application }) => application.files),
    scripts: chosen.flatMap(({ application: { name, install, configure }, settings }) =>
      [...install, ...configure].map(({ title, run }) => ({
        title: `${name}: ${title}`.slice(0, 80),
        run: settingsPreamble(settings) + run,
      })),
    ),
  };
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
