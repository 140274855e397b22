import { fault } from '@insula/contract';
import type { StepContext } from '@insula/operations';
import type { BuildLayout, TemplatePorts } from '../build-layout.ts';
import { needed } from '../host-tool.ts';
import { isolated } from '../isolation.ts';
import { runBuildTool } from '../run-build-tool.ts';
import { type ImageLayer, ociLayers, type ReadText, savedLayers } from './image-layout.ts';
import { BadArchive, type TarEntry } from './tar-header.ts';
import { unpackArchive } from './unpack-archive.ts';

/** Descriptions of images are short; more is no description. */
const maxTextBytes = 4_194_304;

/** Names that images have for machines where Node has others. */
const imageNames: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/**
 * The layers of an image, fetched or unpacked first where it is not a layout already.
 * @throws CodedError archive_refused; host_lacks without skopeo for an image in a registry
 */
export async function imageLayers(
  ports: TemplatePorts,
  layout: BuildLayout,
  context: StepContext,
  reference: string,
): Promise<{ readonly dir: string; readonly layers: readonly ImageLayer[] }> {
  const { transport, path, tag } = parseReference(reference);
  const { image } = layout.staging(context);
  await ports.files.removeTree(image);
  let dir = image;
  if (transport === 'oci') dir = path;
  else if (transport === 'docker') await fetchImage(ports, layout, context, reference);
  else await unpackImageArchive(ports, layout, context, path);
  const architecture = imageNames[ports.architecture] ?? ports.architecture;
  const wanted = { tag: transport === 'docker' ? null : tag, architecture };
  const read = reader(ports, dir);
  try {
    const isSaved = transport === 'docker-archive' && !(await ports.files.exists(`${dir}/index.json`));
    return { dir, layers: isSaved ? await savedLayers(read) : await ociLayers(read, wanted) };
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    throw fault('archive_refused', { archive: reference, problem: error.message }, { cause: error });
  }
}

/** `oci:/srv/image:tag`: transport, path and tag. Pure. */
function parseReference(reference: string): {
  readonly transport: string;
  readonly path: string;
  readonly tag: string | null;
} {
  const match = /^([a-z-]+):([^:]*)(?::(.*))?$/.exec(reference);
  const [, transport = '', path = '', tag = null] = match ?? [];
  return { transport, path, tag };
}

function reader({ files }: TemplatePorts, dir: string): ReadText {
  return async (path) => {
    const stat = await files.stat(`${dir}/${path}`);
    if (stat?.kind !== 'file') throw new BadArchive(`it has no ${path}`);
    if (stat.sizeBytes > maxTextBytes) throw new BadArchive(`${path} is too large`);
    return await files.readText(`${dir}/${path}`);
  };
}

async function fetchImage(
  { commands, files }: TemplatePorts,
  layout: BuildLayout,
  context: StepContext,
  reference: string,
): Promise<void> {
  const { dir, image, lock } = layout.staging(context);
  const { signal } = context;
  await files.makeDir(dir);
  const lacking = {
    feature: 'skopeo',
    consequence: 'images cannot be fetched from registries',
    remedy: 'install the package skopeo',
  };
  await needed(lacking, async () => await commands.run(['skopeo', '--version'], { signal }));
  await runBuildTool({
    commands,
    argv: isolated(lock, [], ['skopeo', 'copy', '--quiet', '--', reference, `oci:${image}`]),
    signal,
    line: (line) => context.log(line),
    template: reference,
    what: 'skopeo',
  });
}

/** The archive of an image holds plain files of harmless names; links, which some writers put beside them, are not needed. */
async function unpackImageArchive(
  { commands, files }: TemplatePorts,
  layout: BuildLayout,
  context: StepContext,
  archive: string,
): Promise<void> {
  const { image, lock } = layout.staging(context);
  await files.makeDir(image);
  const { availableBytes } = await files.fileSystem(image);
  let bytes = 0;
  let names = 0;
  const judge = (entry: TarEntry): boolean => {
    const path = entry.path.replace(/^\.\//, '').replace(/\/$/, '');
    if (path !== '.' && path !== '' && !/^(?!(?:.*\/)?\.\.(?:\/|$))[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(path))
      throw new BadArchive(`no image holds ${JSON.stringify(entry.path.slice(0, 100))}`);
    names += 1;
    bytes += entry.bytes;
    if (names > 10_000 || bytes > availableBytes / 2) throw new BadArchive('it is too large');
    return entry.kind === 'file' || entry.kind === 'directory';
  };
  await unpackArchive({ commands, archive, into: image, judge, exact: false, lock, signal: context.signal });
}
