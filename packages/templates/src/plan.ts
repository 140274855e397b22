import { createHash } from 'node:crypto';
import type { VolumeLayout } from '@insula/contract';
import type { Plan, Step } from '@insula/operations';
import type { TemplateHandlers } from './actions.ts';
import type { AreaLayer } from './build-layout.ts';
import { type Additions, isForeign, type ResolvedTemplate } from './resolve.ts';

type TemplateStep = Step<TemplateHandlers>;

export interface LayerName {
  readonly name: string;
  readonly version: string;
}

export interface TemplateBuild {
  readonly template: ResolvedTemplate;
  /** Of the new layer; nothing may exist under it. */
  readonly version: string;
  /** A built layer of the template that this one extends: then only what comes on top is built. */
  readonly parent: LayerName | null;
  /** The version that this one replaces, if it turns out to be another one at all. */
  readonly previous?: (LayerName & { readonly origin?: string | undefined }) | null;
}

/** The steps that make a layer of a template; a crash rolls them back. Pure. */
export function planTemplateBuild(build: TemplateBuild): Plan<TemplateStep> {
  const { template } = build;
  const onTop = build.parent === null ? null : (template.chain.at(-1) ?? null);
  const additions = onTop ?? sum(template.chain);
  const foreign = isForeign(template.base.source);
  const scripts = foreign ? [] : [...additions.scripts, ...template.finish];
  const of = { template: template.name };
  const steps: TemplateStep[] = [
    {
      action: 'make-template-staging',
      title: 'make room for the template',
      args: { ...of, minimumFreeBytes: template.minimumFreeBytes, source: template.base.source.kind },
      weight: 0.05,
    },
    ...systemSteps(build, additions, onTop !== null),
  ];
  if (additions.files.length > 0) {
    steps.push({
      action: 'write-guest-files',
      title: 'adapt the system to a VE',
      args: { ...of, files: additions.files },
      weight: 0.1,
    });
  }
  if (scripts.length > 0) {
    steps.push({
      action: 'run-guest-scripts',
      title: 'finish the system',
      args: { ...of, scripts, ...environmentOf(template.chain) },
      weight: 0.3,
    });
  }
  if (foreign) {
    const title = 'take away what is of one system only';
    steps.push({ action: 'clean-identity', title, args: of, weight: 0.1 });
  }
  steps.push({
    action: 'publish-layer',
    title: 'publish the template',
    args: { layer: layerOf(build), ...unlessSame(build) },
    weight: 0.5,
  });
  return { steps, onCrash: 'rollback' };
}

export interface Publication {
  readonly layer: LayerName &
    Pick<ResolvedTemplate['base'], 'distribution' | 'release' | 'init'> & { readonly title: string };
  readonly uuid: string;
  readonly layout: VolumeLayout;
  /** What the VE stands on, the topmost first: it may have changed all of it. */
  readonly layers: readonly AreaLayer[];
  readonly minimumFreeBytes: number;
}

/** The steps that make a layer of the files of a VE, without running any of its programs; a crash rolls them back. Pure. */
export function planPublication({
  layer,
  uuid,
  layout,
  layers,
  minimumFreeBytes,
}: Publication): Plan<TemplateStep> {
  const of = { template: layer.name };
  return {
    steps: [
      {
        action: 'make-template-staging',
        title: 'make room for the template',
        args: { ...of, minimumFreeBytes, source: 'archive' },
        weight: 0.05,
      },
      {
        action: 'copy-area',
        title: 'copy the files of the VE',
        args: { ...of, uuid, layout, layers },
        weight: 3,
      },
      { action: 'clean-identity', title: 'take away what is of one system only', args: of, weight: 0.1 },
      { action: 'publish-layer', title: 'publish the template', args: { layer }, weight: 1 },
    ],
    onCrash: 'rollback',
  };
}

/** The steps that remove built layers; a crash resumes them. Pure. */
export function planLayerRemoval(layers: readonly LayerName[]): Plan<TemplateStep> {
  return {
    steps: layers.map(({ name, version }) => ({
      action: 'remove-layer',
      title: `remove ${name}@${version}`,
      args: { name, version },
    })),
    onCrash: 'resume',
    cancellableBefore: 0,
  };
}

function systemSteps(
  { template, parent }: TemplateBuild,
  additions: Additions,
  onTop: boolean,
): readonly TemplateStep[] {
  const of = { template: template.name };
  const { source, distribution, architecture } = template.base;
  const packages = {
    ...of,
    source,
    distribution,
    packages: additions.packages,
    ...(additions.repositories?.length ? { repositories: additions.repositories } : {}),
    ...(architecture && { architecture }),
  };
  const steps: TemplateStep[] = [];
  if (onTop && parent !== null) {
    const { name, version } = parent;
    steps.push({
      action: 'copy-layer',
      title: `copy ${name}@${version}`,
      args: { ...of, name, version },
      weight: 1,
    });
    if (additions.packages.length > 0) {
      steps.push({ action: 'install-packages', title: 'install packages', args: packages, weight: 3 });
    }
  } else if (source.kind === 'busybox') {
    steps.push({ action: 'install-busybox', title: 'install busybox', args: of, weight: 1 });
  } else if (source.kind !== 'mmdebstrap') {
    const title = source.kind === 'archive' ? `unpack ${source.path}` : `unpack ${source.reference}`;
    if (source.kind === 'archive')
      steps.push({ action: 'unpack-system', title, args: { ...of, source }, weight: 5 });
    else steps.push({ action: 'unpack-image', title, args: { ...of, source }, weight: 5 });
    if (additions.packages.length > 0)
      steps.push({ action: 'install-packages', title: 'install packages', args: packages, weight: 3 });
  } else {
    steps.push({ action: 'bootstrap-system', title: 'install the system', args: packages, weight: 20 });
  }
  return steps;
}

/** Of the whole chain: what a template sets holds for those that extend it, too. */
function environmentOf(chain: readonly Additions[]): {
  readonly environment?: Readonly<Record<string, string>>;
} {
  const environment = Object.assign({}, ...chain.map((link) => link.environment ?? {})) as Record<
    string,
    string
  >;
  return Object.keys(environment).length === 0 ? {} : { environment };
}

function layerOf(build: TemplateBuild) {
  const { template, version } = build;
  const { distribution, release, init } = template.base;
  const { name, title } = template;
  return { name, version, title, distribution, release, init, origin: originOf(build) };
}

/** Equal for two builds that differ in nothing but the packages of their day. */
function originOf({ template, parent }: TemplateBuild): string {
  const text = JSON.stringify([template, parent === null ? null : `${parent.name}@${parent.version}`]);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Only packages tell their versions: of other systems every build is another one. */
function unlessSame(build: TemplateBuild): { readonly unlessSameAs?: LayerName } {
  const { previous, template } = build;
  if (!previous || template.base.source.kind !== 'mmdebstrap' || previous.origin !== originOf(build))
    return {};
  return { unlessSameAs: { name: previous.name, version: previous.version } };
}

const sum = (chain: readonly Additions[]): Additions => ({
  repositories: chain.flatMap(({ repositories = [] }) => repositories),
  packages: chain.flatMap(({ packages }) => packages),
  files: chain.flatMap(({ files }) => files),
  scripts: chain.flatMap(({ scripts }) => scripts),
});
