import { describe, expect, it } from 'vitest';
import type { BaseDefinition, ExtendingDefinition, GuestProfile, TemplateDefinition } from './definition.ts';
import { planLayerRemoval, planTemplateBuild } from './plan.ts';
import { resolveTemplate } from './resolve.ts';

const nothing = { packages: [], files: [], scripts: [] };
const script = (title: string) => ({ title, run: 'true' });

const base: BaseDefinition = {
  ...nothing,
  name: 'base',
  title: 'Base',
  distribution: 'debian',
  release: '12',
  init: 'systemd',
  source: { kind: 'mmdebstrap', suite: 'bookworm', variant: 'minbase', components: ['main'], pockets: [] },
  minimumFreeBytes: 10,
  packages: ['systemd'],
  files: [{ path: '/etc/a', content: 'base' }],
  scripts: [script('of the base')],
};
const extending = (
  name: string,
  parent: string,
  additions: Partial<ExtendingDefinition> = {},
): ExtendingDefinition => ({
  ...nothing,
  name,
  title: name,
  extends: parent,
  ...additions,
});
const profile: GuestProfile = {
  ...nothing,
  init: 'systemd',
  files: [{ path: '/etc/p', link: '/dev/null' }],
  finish: [script('clean up')],
};
const setOf = (...definitions: readonly TemplateDefinition[]) => ({
  definitions: new Map(definitions.map((definition) => [definition.name, definition])),
  profiles: new Map([[profile.init, profile]]),
});

describe('a resolved template', () => {
  it('holds its chain from the whole system to itself', () => {
    const set = setOf(
      base,
      extending('web', 'base', { packages: ['nginx'] }),
      extending('shop', 'web', { packages: ['php'] }),
    );
    const shop = resolveTemplate(set, 'shop');
    expect(shop.parent).toBe('web');
    expect(shop.base.release).toBe('12');
    expect(shop.minimumFreeBytes).toBe(10);
    expect(shop.chain.map(({ packages }) => packages)).toEqual([['systemd'], ['nginx'], ['php']]);
    expect(shop.chain[0]?.files.map(({ path }) => path)).toEqual(['/etc/p', '/etc/a']);
  });

  it('cannot extend itself over others', () => {
    const set = setOf(extending('a', 'b'), extending('b', 'c'), extending('c', 'a'));
    expect(() => resolveTemplate(set, 'a')).toThrow('template c: extends: a -> b -> c -> a is a circle');
    expect(() => resolveTemplate(setOf(extending('a', 'a')), 'a')).toThrow('a -> a is a circle');
  });

  it('needs the template that it extends', () => {
    expect(() => resolveTemplate(setOf(extending('a', 'gone')), 'a')).toThrow('there is no template gone');
  });

  it('needs to be defined', () => {
    expect(() => resolveTemplate(setOf(base), 'other')).toThrow('no template other');
  });

  it('has no packages when it is busybox', () => {
    const set = setOf({ ...base, source: { kind: 'busybox' } });
    expect(() => resolveTemplate(set, 'base')).toThrow('no package manager');
  });
});

const outline = ({ steps }: ReturnType<typeof planTemplateBuild>) => steps.map(({ action }) => action);

describe('the plan of a build', () => {
  const set = setOf(base, extending('web', 'base', { packages: ['nginx'], scripts: [script('of the web')] }));

  it('makes a whole system in a staging directory and publishes it last', () => {
    const plan = planTemplateBuild({
      template: resolveTemplate(set, 'base'),
      version: '20260101.1',
      parent: null,
    });
    expect(plan.onCrash).toBe('rollback');
    expect(outline(plan)).toEqual([
      'make-template-staging',
      'bootstrap-system',
      'write-guest-files',
      'run-guest-scripts',
      'publish-layer',
    ]);
    expect(plan.steps.at(-1)?.args).toMatchObject({
      layer: {
        name: 'base',
        version: '20260101.1',
        title: 'Base',
        distribution: 'debian',
        release: '12',
        init: 'systemd',
      },
    });
  });

  it('installs everything at once while the template that is extended has not been built', () => {
    const plan = planTemplateBuild({ template: resolveTemplate(set, 'web'), version: '1', parent: null });
    expect(plan.steps[1]).toMatchObject({
      action: 'bootstrap-system',
      args: { packages: ['systemd', 'nginx'] },
    });
  });

  it('adds only its own on top of the template that it extends, and cleans up again', () => {
    const parent = { name: 'base', version: '20260101.1' };
    const plan = planTemplateBuild({ template: resolveTemplate(set, 'web'), version: '1', parent });
    expect(outline(plan)).toEqual([
      'make-template-staging',
      'copy-layer',
      'install-packages',
      'run-guest-scripts',
      'publish-layer',
    ]);
    expect(plan.steps[2]).toMatchObject({ args: { packages: ['nginx'] } });
    expect(plan.steps[3]).toMatchObject({ args: { scripts: [script('of the web'), script('clean up')] } });
  });

  it('is plain JSON', () => {
    const plan = planTemplateBuild({ template: resolveTemplate(set, 'web'), version: '1', parent: null });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});

describe('the plan of a removal', () => {
  it('can only be finished', () => {
    const plan = planLayerRemoval([{ name: 'base', version: '1' }]);
    expect(plan).toMatchObject({ onCrash: 'resume', cancellableBefore: 0 });
    expect(plan.steps).toHaveLength(1);
  });
});
