import type { ExtendedAttribute, TreeEntry } from '@insula/host';

/*
 * What overlayfs writes beside the files of an upper tree (Documentation/filesystems/overlayfs.rst). The names are trusted.*, which
 * nobody in a user namespace can set: the kernel wrote what stands there.
 */

const opaqueName = 'trusted.overlay.opaque';
const redirectName = 'trusted.overlay.redirect';
const metacopyName = 'trusted.overlay.metacopy';
/** Where a copied file came from: nothing depends on it with `index=off`. */
const originName = 'trusted.overlay.origin';

type Attributes = { readonly xattrs: readonly ExtendedAttribute[] };

const has = ({ xattrs }: Attributes, wanted: string) => xattrs.some(({ name }) => name === wanted);

/** Makes a folder hide what layers below have at its path. */
export const opacity: ExtendedAttribute = { name: opaqueName, value: Buffer.from('y') };

export const isOpacity = ({ name, value }: ExtendedAttribute): boolean =>
  name === opaqueName && value.equals(opacity.value);

export const isOpaque = ({ xattrs }: Attributes): boolean => xattrs.some(isOpacity);

/** A file whose data is in a layer below. */
export const isMetacopy = (entry: Attributes): boolean => has(entry, metacopyName);

/** Where in the layers below a name that was moved is found: from the root, or beside where it is now. */
export const redirectOf = ({ xattrs }: Attributes): Buffer | null =>
  xattrs.find(({ name }) => name === redirectName)?.value ?? null;

/** A name that was removed: a character device 0/0. */
export const isWhiteout = ({ kind, device }: Pick<TreeEntry, 'kind' | 'device'>): boolean =>
  kind === 'character' && device === 0;

/** Whether the kernel keeps something beside a file that its content, metadata and other attributes do not say. */
export const isPlain = ({ xattrs }: Attributes): boolean =>
  xattrs.every(({ name }) => name === originName || !name.startsWith('trusted.'));

/** The attributes that say something of what is seen: those of the file itself, and what a folder hides or shows. */
export const tellingAttributes = ({ xattrs }: Attributes): readonly ExtendedAttribute[] =>
  xattrs.filter(({ name }) => !name.startsWith('trusted.') || name === opaqueName || name === redirectName);

/** The attributes that belong to the file itself. */
export const ownAttributes = ({ xattrs }: Attributes): readonly ExtendedAttribute[] =>
  xattrs.filter(({ name }) => !name.startsWith('trusted.'));
