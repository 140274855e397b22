import { dirname } from 'node:path';
import { fault } from '@insula/contract';
import type { GuestTree } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import { imageLayers } from './archives/fetch-image.ts';
import { RootRules } from './archives/root-rules.ts';
import { scanArchive, unpackArchive } from './archives/unpack-archive.ts';
import type { BuildLayout, TemplatePorts } from './build-layout.ts';
import type { ArchiveSource, ImageSource } from './definition.ts';

type TemplateArgs = { readonly template: string };

/** Names that a system may have: Debian with a desktop has 300,000. */
const maxNames = 500_000;

/** Bytes that stay free in the pool whatever an archive holds. */
const reservedBytes = 67_108_864;

/** The system in an archive; below `rootfs` where that lies beside the description of an image, as LXC has it. */
export const unpackSystem = (
  ports: TemplatePorts,
  layout: BuildLayout,
): StepHandler<TemplateArgs & { readonly source: ArchiveSource }> => ({
  async do({ source: { path, sha256 } }, context) {
    const { files, trees } = ports;
    const { unpacked } = layout.staging(context);
    if (sha256 !== undefined) {
      if ((await files.stat(path))?.kind !== 'file')
        throw fault('archive_refused', { archive: path, problem: 'it is no file that can be read' });
      const found = await trees.digestFile(path);
      if (found !== sha256)
        throw fault('archive_refused', { archive: path, problem: `its SHA-256 is ${found}` });
    }
    const rules = await beginRoot(ports, layout, context);
    await unpack(ports, layout, context, { archive: path, judge: rules.judge });
    const isNested =
      (await files.exists(`${unpacked}/metadata.yaml`)) &&
      (await files.stat(`${unpacked}/rootfs`))?.kind === 'directory';
    await finishRoot(ports, layout, context, rules, isNested ? `${unpacked}/rootfs` : unpacked);
  },
});

/** The system in an image: its layers one over the other. Equal files of equal layers are one in the store anyway. */
export const unpackImage = (
  ports: TemplatePorts,
  layout: BuildLayout,
): StepHandler<TemplateArgs & { readonly source: ImageSource }> => ({
  async do({ source: { reference } }, context) {
    const { commands, files, trees } = ports;
    const { image, unpacked } = layout.staging(context);
    const { signal } = context;
    const { dir, layers } = await imageLayers(ports, layout, context, reference);
    const rules = await beginRoot(ports, layout, context);
    for (const [index, { path, sha256 }] of layers.entries()) {
      context.progress(index / layers.length, `layer ${index + 1} of ${layers.length}`);
      const archive = `${dir}/${path}`;
      const called = `${reference}, layer ${index + 1}`;
      const refuse = (problem: string) => fault('archive_refused', { archive: called, problem });
      if ((await files.stat(archive))?.kind !== 'file') throw refuse('it is missing');
      if (sha256 !== null && (await trees.digestFile(archive)) !== sha256)
        throw refuse('it has another digest than the image says');
      const removals = new Set<string>();
      const layer = { archive, called };
      await scanArchive({ ...layer, commands, judge: rules.lookForRemovals(removals), signal });
      for (const gone of removals) {
        const name = Buffer.from(gone, 'latin1');
        if (!Buffer.from(name.toString()).equals(name)) throw refuse('it takes away a name that is no UTF-8');
        await files.removeTree(`${unpacked}/${name.toString()}`);
        rules.forget(gone);
      }
      await unpack(ports, layout, context, { ...layer, judge: rules.judgeLayer });
    }
    await files.removeTree(image);
    await finishRoot(ports, layout, context, rules, unpacked);
  },
});

async function beginRoot(
  { files }: TemplatePorts,
  layout: BuildLayout,
  context: StepContext,
): Promise<RootRules> {
  const { unpacked } = layout.staging(context);
  await files.removeTree(unpacked);
  await files.makeDir(unpacked, { mode: 0o755 });
  const { availableBytes } = await files.fileSystem(unpacked);
  return new RootRules({ maxNames, maxBytes: Math.max(0, availableBytes - reservedBytes) });
}

async function unpack(
  { commands }: TemplatePorts,
  layout: BuildLayout,
  context: StepContext,
  archive: Pick<Parameters<typeof unpackArchive>[0], 'archive' | 'called' | 'judge'>,
): Promise<void> {
  const { lock, unpacked } = layout.staging(context);
  await unpackArchive({ ...archive, commands, into: unpacked, exact: true, lock, signal: context.signal });
}

async function finishRoot(
  { files }: TemplatePorts,
  layout: BuildLayout,
  context: StepContext,
  rules: RootRules,
  from: string,
): Promise<void> {
  const { root, unpacked } = layout.staging(context);
  if (rules.devices > 0)
    context.log(`${rules.devices} device nodes were left out: the node gives a VE its own`);
  await files.removeTree(root);
  await files.rename(from, root);
  await files.removeTree(unpacked);
}

const rootOwner = { uid: 0, gid: 0 } as const;

const identityFiles = [
  '/etc/hostname',
  '/var/lib/dbus/machine-id',
  '/var/lib/systemd/random-seed',
  '/var/lib/systemd/credential.secret',
  '/var/lib/urandom/random-seed',
];

type DefinitionArgs = { readonly path: string; readonly content: string };

/** Writes the definition of a new template; one that somebody else has written there is never touched. */
export const writeDefinition = ({ files }: TemplatePorts): StepHandler<DefinitionArgs> => ({
  async do({ path, content }) {
    const there = await files.readTextIfExists(path);
    if (there !== null && there !== content) throw fault('template_exists', { template: path });
    await files.makeDir(dirname(path), { mode: 0o755 });
    await files.writeAtomic(path, content, { mode: 0o644 });
  },
  async undo({ path, content }) {
    if ((await files.readTextIfExists(path)) === content) await files.removeFile(path);
  },
});

/** What the scripts of a profile do at the end of a build, without running anything of the system. */
export const cleanIdentity = (
  { guestTrees }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<TemplateArgs> => ({
  async do({ template }, context) {
    await guestTrees.within(layout.staging(context).root, async (tree) => {
      if (!(await tree.exists('/sbin/init'))) {
        const problem = 'the system has no /sbin/init';
        throw fault('template_build_failed', { template, problem });
      }
      for (const path of identityFiles) await tree.removeFile(path);
      for (const name of await tree.list('/etc/ssh'))
        if (/^ssh_host_.*_key(?:\.pub)?$/.test(name)) await tree.removeFile(`/etc/ssh/${name}`);
      for (const path of ['/etc/machine-id', '/etc/resolv.conf']) await tree.writeFile(path, '', rootOwner);
      await plainTimeZone(tree);
    });
  },
});

/** systemd watches a symbolic link without following it, which no checkpoint can restore. */
async function plainTimeZone(tree: GuestTree): Promise<void> {
  const path = '/etc/localtime';
  if ((await tree.stat(path))?.kind !== 'symlink') return;
  const content = await tree.readFile(path).catch(() => null);
  if (content === null) await tree.removeFile(path);
  else await tree.writeFile(path, content, rootOwner);
}
