import { fault, TemplateVersion } from '@insula/contract';
import type { StepHandler } from '@insula/operations';
import { Value } from 'typebox/value';
import { archiveHead, packArgv, templateArchiveRules } from './archives/template-archive.ts';
import { unpackArchive } from './archives/unpack-archive.ts';
import type { BuildLayout, TemplatePorts } from './build-layout.ts';
import { isolated } from './isolation.ts';
import { runBuildTool } from './run-build-tool.ts';

type ExportArgs = { readonly name: string; readonly version: string; readonly path: string };
type ImportArgs = { readonly path: string };

/** Bytes that stay free in the pool whatever an archive holds. */
const reservedBytes = 67_108_864;

const partial = (path: string) => `${path}.partial`;

export const exportLayer = (
  { commands, contents, files }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<ExportArgs> => ({
  async do({ name, version, path }, context) {
    const { signal } = context;
    const { dir, lock } = layout.staging(context);
    const template = `${name}@${version}`;
    if (await files.exists(path))
      throw fault('invalid_input', { field: 'path', problem: `${path} exists already` });
    const parts = await contents.archiveParts({ name, version });
    if (parts === null) {
      throw fault('host_lacks', {
        feature: 'data-only layers of overlayfs',
        consequence: 'templates are plain trees here, which do not travel',
        remedy: 'use Linux 6.5 or newer',
      });
    }
    await files.makeDir(dir);
    await files.writeAtomic(`${dir}/list`, parts.objects.map((object) => `${object}\n`).join(''));
    await files.removeFile(partial(path));
    const total = parts.objects.length + archiveHead.length;
    let written = 0;
    const places = { layer: layout.layer({ name, version }), objects: parts.store, list: `${dir}/list` };
    await runBuildTool({
      commands,
      argv: isolated(lock, [], packArgv({ ...places, file: partial(path) })),
      signal,
      line: () => {
        written += 1;
        if (written % 64 === 0) context.progress(written / total, `${written} of ${total} files`);
      },
      template,
      what: 'tar',
    });
    await commands.run(['sync', '--', partial(path)], { signal });
    await files.rename(partial(path), path);
    const bytes = (await files.stat(path))?.sizeBytes ?? 0;
    context.output({ template, path, bytes });
    await files.removeTree(dir);
  },
  async undo({ path }, context) {
    await files.removeFile(partial(path));
    await files.removeTree(layout.staging(context).dir);
  },
});

export const unpackTemplate = (
  { commands, files }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<ImportArgs> => ({
  async do({ path }, context) {
    const { dir, layer, lock } = layout.staging(context);
    await files.makeDir(layout.allStaging);
    await files.removeTree(dir);
    await files.makeDir(layer);
    const { availableBytes } = await files.fileSystem(layout.allStaging);
    const judge = templateArchiveRules({ maxBytes: Math.max(0, availableBytes - reservedBytes) });
    await unpackArchive({
      commands,
      archive: path,
      into: layer,
      judge,
      exact: false,
      lock,
      signal: context.signal,
    });
  },
  undo: async (_args, context) => await files.removeTree(layout.staging(context).dir),
});

/**
 * Makes the unpacked layer one of the pool. Which one is noted before it gets its name there, so that it can be taken back: what was
 * there before is never touched.
 */
export const importLayer = (
  { contents, files }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<ImportArgs> => ({
  async do({ path }, context) {
    const { dir, layer } = layout.staging(context);
    const progress = (fraction: number) => context.progress(0.95 * fraction, 'checking files');
    const description = await describedLayer(files, layer, path);
    const sealed = await contents.restore(layer, { archive: path, signal: context.signal, progress });
    const refuse = (problem: string) => fault('archive_refused', { archive: path, problem });
    if (sealed.digest !== description.digest) throw refuse('its manifest is not the one of its layer');
    const imported = { ...description, bytes: sealed.bytes, files: sealed.files };
    const place = layout.layer(imported);
    const there = await files.readTextIfExists(`${place}/layer.json`);
    if (there !== null || (await files.exists(place))) {
      const known = there === null ? null : digestIn(there);
      if (known !== sealed.digest)
        throw fault('template_exists', { template: `${imported.name}@${imported.version}` });
      context.log('the node has this template already');
      return context.output(imported);
    }
    await files.writeAtomic(`${layer}/layer.json`, `${JSON.stringify(imported, null, 2)}\n`);
    await files.makeDir(layout.layers);
    await files.writeAtomic(`${dir}/published`, place);
    await files.rename(layer, place);
    context.output(imported);
  },
  async undo(_args, context) {
    const { dir, layer } = layout.staging(context);
    const place = await files.readTextIfExists(`${dir}/published`);
    if (place === null) return;
    if (!(await files.exists(layer)) && (await files.exists(place))) await files.rename(place, layer);
    await files.removeFile(`${dir}/published`);
  },
});

export const dropStaging = ({ files }: TemplatePorts, layout: BuildLayout): StepHandler<ImportArgs> => ({
  do: async (_args, context) => await files.removeTree(layout.staging(context).dir),
});

async function describedLayer(
  files: TemplatePorts['files'],
  layer: string,
  archive: string,
): Promise<TemplateVersion> {
  const refuse = (problem: string) => fault('archive_refused', { archive, problem });
  for (const part of archiveHead)
    if (!(await files.exists(`${layer}/${part}`)))
      throw refuse(`it is no exported template: ${part} is missing`);
  let value: unknown;
  try {
    value = JSON.parse(await files.readText(`${layer}/layer.json`));
  } catch {
    throw refuse('its layer.json is no JSON');
  }
  if (!Value.Check(TemplateVersion, value)) throw refuse('its layer.json does not describe a layer');
  return value;
}

function digestIn(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(TemplateVersion, value) ? (value.digest ?? null) : null;
  } catch {
    return null;
  }
}
