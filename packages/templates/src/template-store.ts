import { fault, type TemplateDetail, type TemplateSummary, type TemplateVersion } from '@insula/contract';
import type { Files } from '@insula/host';
import { builtInDirs } from './built-in-dirs.ts';
import type { MmdebstrapSource } from './definition.ts';
import { compareVersions, type LayerList, listLayers, nextVersion, readLayer } from './layers.ts';
import { type LoadedDefinitions, loadDefinitions } from './load-definitions.ts';
import { parsePackages } from './packages.ts';
import { parseDefinition } from './parse-definition.ts';
import type { LayerName } from './plan.ts';
import { type ResolvedTemplate, resolveTemplate } from './resolve.ts';

export interface TemplateStoreOptions {
  readonly files: Files;
  /** Directory of the pool that holds layers as `NAME@VERSION`. */
  readonly layersDir: string;
  /** Directory of the administrator's own definitions; they replace those of the project by name. */
  readonly ownDefinitionsDir: string;
}

type Shown = Omit<TemplateDetail, 'versions'> & {
  readonly versions: readonly Omit<TemplateDetail['versions'][number], 'usedBy'>[];
};

/** What templates there are: defined in files, built as layers. Everything is read when it is asked for; files are the truth. */
export class TemplateStore {
  readonly #files: Files;
  readonly #layersDir: string;
  readonly #definitionDirs: readonly string[];
  readonly #ownDefinitionsDir: string;

  constructor({ files, layersDir, ownDefinitionsDir }: TemplateStoreOptions) {
    this.#files = files;
    this.#layersDir = layersDir;
    this.#ownDefinitionsDir = ownDefinitionsDir;
    this.#definitionDirs = [...builtInDirs('definitions'), ownDefinitionsDir];
  }

  /** All definitions, with the files among them that cannot be used. */
  async definitions(): Promise<LoadedDefinitions> {
    return await loadDefinitions(this.#files, this.#definitionDirs);
  }

  /** All built layers, with the directories among them that are damaged. */
  async layers(): Promise<LayerList> {
    return await listLayers(this.#files, this.#layersDir);
  }

  /** Templates that are defined or built, by name. Definitions that cannot be used are left out (see `definitions`). */
  async list(): Promise<readonly Omit<TemplateSummary, 'usedBy'>[]> {
    const [set, { layers }] = await Promise.all([this.definitions(), this.layers()]);
    const names = new Set([...set.definitions.keys(), ...layers.map(({ name }) => name)]);
    return [...names].sort().flatMap((name) => {
      const built = layers.filter((layer) => layer.name === name);
      const newest = built.at(-1);
      const described = describe(set, name) ?? newest;
      if (described === undefined) return [];
      const { title, distribution, release, init } = described;
      const versions = built.map(({ version }) => version);
      return [
        {
          name,
          title,
          distribution,
          release,
          init,
          version: newest?.version ?? null,
          versions,
          bytes: newest?.bytes ?? null,
        },
      ];
    });
  }

  /** A template as it is defined and built. @throws CodedError template_not_found */
  async show(name: string): Promise<Shown> {
    const [set, { layers }] = await Promise.all([this.definitions(), this.layers()]);
    const built = layers.filter((layer) => layer.name === name);
    const newest = built.at(-1);
    const resolved = set.definitions.has(name) ? resolveTemplate(set, name) : null;
    const described = resolved === null ? newest : { title: resolved.title, ...resolved.base };
    if (described === undefined) throw fault('template_not_found', { template: name });
    const { title, distribution, release, init } = described;
    const versions = await Promise.all(
      built.map(async ({ version, createdAt, bytes, files, digest = null }) => {
        const packages = (await this.packages({ name, version })).size;
        return { version, createdAt, bytes, files, packages, digest };
      }),
    );
    return {
      name,
      title,
      distribution,
      release,
      init,
      extends: resolved?.parent ?? null,
      source: resolved?.base.source.kind ?? null,
      definition: set.paths.get(name) ?? null,
      packages: [...new Set(resolved?.chain.flatMap(({ packages }) => packages) ?? [])],
      versions,
    };
  }

  /** Versions of the packages in a built layer, by name (with the architecture where it has several of that name). */
  async packages({ name, version }: LayerName): Promise<ReadonlyMap<string, string>> {
    const text = await this.#files.readTextIfExists(`${this.#layersDir}/${name}@${version}/packages.txt`);
    return parsePackages(text ?? '');
  }

  /** A template ready to be planned. @throws CodedError template_not_found, invalid_input for a definition that cannot be used */
  async resolved(name: string): Promise<ResolvedTemplate> {
    const set = await this.definitions();
    refuseUnusable(set, name);
    return resolveTemplate(set, name);
  }

  /** A template of a definition that is still to be written. @throws CodedError template_exists; invalid_input as `resolved` */
  async drafted(
    name: string,
    text: string,
  ): Promise<{ readonly template: ResolvedTemplate; readonly path: string }> {
    const path = `${this.#ownDefinitionsDir}/${name}.yaml`;
    const set = await this.definitions();
    const other = set.paths.get(name);
    if (other !== undefined && (other !== path || (await this.#files.readTextIfExists(path)) !== text))
      throw fault('template_exists', { template: name });
    const definitions = new Map([...set.definitions, [name, parseDefinition(text, name)] as const]);
    return { template: resolveTemplate({ ...set, definitions }, name), path };
  }

  /** Where packages of a built layer come from; null where its definition, or that of what it was made of, does not say. */
  async packageSource({ name }: LayerName): Promise<MmdebstrapSource | null> {
    const [defined = name] = name.split('.with.', 1);
    const { definitions } = await this.definitions();
    if (!definitions.has(defined)) return null;
    const { source } = (await this.resolved(defined)).base;
    return source.kind === 'mmdebstrap' ? source : null;
  }

  /** A built layer. @throws CodedError template_not_found, template_damaged */
  async version({ name, version }: LayerName): Promise<TemplateVersion> {
    const reference = `${name}@${version}`;
    const layer = await readLayer(this.#files, `${this.#layersDir}/${reference}`, reference);
    if (layer === null) throw fault('template_not_found', { template: reference });
    if (typeof layer === 'string') throw fault('template_damaged', { template: reference, problem: layer });
    return layer;
  }

  /**
   * The newest built layer of a template, or the one named as NAME@VERSION.
   * @throws CodedError template_not_found, template_not_built, template_damaged, invalid_input for a definition that cannot be used
   */
  async resolve(reference: string): Promise<TemplateVersion> {
    const [name = '', version] = reference.split('@', 2);
    if (version !== undefined) return await this.version({ name, version });
    const { layers } = await this.layers();
    const newest = layers.findLast((layer) => layer.name === name);
    if (newest !== undefined) return newest;
    const set = await this.definitions();
    refuseUnusable(set, name);
    throw fault(set.definitions.has(name) ? 'template_not_built' : 'template_not_found', {
      template: reference,
    });
  }

  /** The version for a build now: after all there are, whole or damaged. */
  async nextVersion(name: string, now: Date): Promise<string> {
    const entries = await this.#files.list(this.#layersDir);
    const taken = entries
      .filter((entry) => entry.name.startsWith(`${name}@`))
      .map((entry) => entry.name.slice(name.length + 1));
    return nextVersion(taken.sort(compareVersions), now);
  }
}

/** @throws CodedError invalid_input when there is a definition of that name, and it cannot be used */
function refuseUnusable({ definitions, problems }: LoadedDefinitions, name: string): void {
  const unusable = problems.find(({ path }) => path.endsWith(`/${name}.yaml`));
  if (unusable !== undefined && !definitions.has(name)) throw unusable.error;
}

const describe = (set: LoadedDefinitions, name: string) => {
  if (!set.definitions.has(name)) return undefined;
  try {
    const { title, base } = resolveTemplate(set, name);
    return { title, ...base };
  } catch {
    // a chain that ends nowhere: what was built of it still counts
    return undefined;
  }
};
