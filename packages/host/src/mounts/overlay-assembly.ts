import { closeSync, constants } from 'node:fs';
import {
  attachMount,
  cloneMount,
  configureDescriptor,
  configureFlag,
  configureString,
  createFileSystem,
  fileSystemLog,
  mountAttribute,
  mountClassic,
  mountFileSystem,
  openFileSystem,
  setMountAttributes,
  unmountFlag,
  unmountPath,
} from '../syscalls/mount-calls.ts';
import { descriptorPath, openBelow, openPath, resolve, withDescriptor } from '../syscalls/path-calls.ts';
import { SystemError } from '../syscalls/system-error.ts';
import type { OverlayMount } from './mounts.ts';
import { type Parameter, parametersOf, privateAreaOf } from './overlay-parameters.ts';

/**
 * How the layers, held as detached clones, get into an overlay:
 * - `descriptors`: by file descriptor, never attached anywhere (overlay takes descriptors from Linux 6.13, detached mounts from 6.15)
 * - `attached`: one parameter per layer (Linux 6.7), the clones attached for that moment
 * - `classic`: mount(2) with one option string of at most a page (about 200 layers), the clones attached for that moment
 * Whatever is attached is stacked on the target itself, so that a crash leaves nothing that unmounting the target does not clear.
 */
export type OverlayStrategy = 'descriptors' | 'attached' | 'classic';

export const overlayStrategies: readonly OverlayStrategy[] = ['descriptors', 'attached', 'classic'];

interface OverlayParts {
  readonly layers: readonly number[];
  readonly dataLayers: readonly number[];
  readonly privateArea: { readonly fd: number; readonly upper: string; readonly work: string } | null;
}

/** Mounts an overlay at its target in one way. On failure nothing stays mounted. */
export const assembleOverlay = async (
  mount: OverlayMount,
  strategy: OverlayStrategy,
  userNamespace: number | null,
): Promise<void> => {
  const open: number[] = [];
  const clone = async (path: string): Promise<number> => {
    const fd = await cloneMount(path);
    open.push(fd);
    if (userNamespace !== null) {
      await setMountAttributes(fd, { set: mountAttribute.idmap, userNamespace }, path);
    }
    return fd;
  };
  try {
    const area = privateAreaOf(mount);
    const layers: number[] = [];
    for (const path of mount.layers) layers.push(await clone(path));
    const dataLayers: number[] = [];
    for (const path of mount.dataLayers ?? []) dataLayers.push(await clone(path));
    const privateArea = area === null ? null : { ...area, fd: await clone(area.dir) };
    await assemblers[strategy](mount, { layers, dataLayers, privateArea });
  } finally {
    for (const fd of open) closeSync(fd);
  }
};

/** Runs `use` while the clones are attached, stacked on the target. */
const whileAttached = async <T>(target: string, parts: OverlayParts, use: () => Promise<T>): Promise<T> => {
  const fds = [
    ...parts.layers,
    ...parts.dataLayers,
    ...(parts.privateArea === null ? [] : [parts.privateArea.fd]),
  ];
  let attached = 0;
  try {
    for (const fd of fds) {
      await attachMount(fd, target);
      attached += 1;
      // below a shared mount an attached one becomes shared by itself
      await setMountAttributes(fd, { makePrivate: true }, target);
    }
    return await use();
  } finally {
    for (; attached > 0; attached -= 1) await unmountPath(target, unmountFlag.detach);
  }
};

/** A detached mount of a new overlay, made by the new mount interface. */
const buildOverlay = async (
  mount: OverlayMount,
  configureLayers: (contextFd: number) => void,
): Promise<number> =>
  await withDescriptor(openFileSystem('overlay'), async (contextFd) => {
    try {
      configureString(contextFd, 'source', 'insula');
      configureLayers(contextFd);
      for (const [key, value] of parametersOf(mount)) {
        if (value === null) configureFlag(contextFd, key);
        else configureString(contextFd, key, value);
      }
      await createFileSystem(contextFd, mount.target);
      return await mountFileSystem(contextFd, 0);
    } catch (error) {
      const note = fileSystemLog(contextFd);
      throw error instanceof SystemError && note !== '' ? error.withNote(note) : error;
    }
  });

const attachPrivately = async (fd: number, target: string): Promise<void> => {
  await withDescriptor(fd, async () => {
    await attachMount(fd, target);
    await setMountAttributes(fd, { makePrivate: true }, target);
  });
};

const assembleByDescriptors = async (mount: OverlayMount, parts: OverlayParts): Promise<void> => {
  const configureLayers = (contextFd: number): void => {
    for (const fd of parts.layers) configureDescriptor(contextFd, 'lowerdir+', fd);
    for (const fd of parts.dataLayers) configureDescriptor(contextFd, 'datadir+', fd);
    if (parts.privateArea === null) return;
    const { fd, upper, work } = parts.privateArea;
    configureTree(contextFd, 'upperdir', fd, upper);
    configureTree(contextFd, 'workdir', fd, work);
  };
  await attachPrivately(await buildOverlay(mount, configureLayers), mount.target);
};

const configureTree = (contextFd: number, key: string, parentFd: number, name: string): void => {
  const fd = openBelow(parentFd, name, {
    flags: openPath | constants.O_DIRECTORY,
    resolve: resolve.beneath | resolve.noSymlinks,
  });
  try {
    configureDescriptor(contextFd, key, fd);
  } finally {
    closeSync(fd);
  }
};

const assembleAttached = async (mount: OverlayMount, parts: OverlayParts): Promise<void> => {
  const configureLayers = (contextFd: number): void => {
    for (const fd of parts.layers) configureString(contextFd, 'lowerdir+', descriptorPath(fd));
    for (const fd of parts.dataLayers) configureString(contextFd, 'datadir+', descriptorPath(fd));
    if (parts.privateArea === null) return;
    const { fd, upper, work } = parts.privateArea;
    configureString(contextFd, 'upperdir', `${descriptorPath(fd)}/${upper}`);
    configureString(contextFd, 'workdir', `${descriptorPath(fd)}/${work}`);
  };
  const overlayFd = await whileAttached(
    mount.target,
    parts,
    async () => await buildOverlay(mount, configureLayers),
  );
  await attachPrivately(overlayFd, mount.target);
};

const classicOptions = (mount: OverlayMount, parts: OverlayParts): string => {
  const layers = parts.layers.map(descriptorPath).join(':');
  const dataLayers = parts.dataLayers.map((fd) => `::${descriptorPath(fd)}`).join('');
  const area = parts.privateArea;
  const parameters: readonly Parameter[] = [
    ['lowerdir', `${layers}${dataLayers}`],
    ...(area === null
      ? []
      : [
          ['upperdir', `${descriptorPath(area.fd)}/${area.upper}`] as const,
          ['workdir', `${descriptorPath(area.fd)}/${area.work}`] as const,
        ]),
    ...parametersOf(mount),
  ];
  return parameters.map(([key, value]) => (value === null ? key : `${key}=${value}`)).join(',');
};

/** mount(2) reads a page of options, and cuts off what is more without a word (fs/namespace.c, copy_mount_options). */
const optionBytes = 4096;

const assembleClassic = async (mount: OverlayMount, parts: OverlayParts): Promise<void> => {
  const { target } = mount;
  const options = classicOptions(mount, parts);
  if (Buffer.byteLength(options) >= optionBytes) {
    const note = `${mount.layers.length} layers: the kernel takes 500, before Linux 6.7 about 200`;
    throw new SystemError({ code: 'E2BIG', errno: 7, syscall: 'mount', path: target, note });
  }
  const overlayFd = await whileAttached(target, parts, async () => {
    await mountClassic({ type: 'overlay', source: 'insula', target, options });
    try {
      return await cloneMount(target);
    } finally {
      await unmountPath(target, unmountFlag.detach);
    }
  });
  await attachPrivately(overlayFd, target);
};

const assemblers = {
  descriptors: assembleByDescriptors,
  attached: assembleAttached,
  classic: assembleClassic,
} satisfies Record<OverlayStrategy, (mount: OverlayMount, parts: OverlayParts) => Promise<void>>;
