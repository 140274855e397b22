import { fault } from '@insula/contract';
import { GuestFileChanged, SystemError } from '@insula/host';

/** What the kernel's refusals mean, for people. */
const problems: Readonly<Record<string, string>> = {
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  EISDIR: 'it is a folder',
  ENOTEMPTY: 'the folder is not empty',
  EINVAL: 'that cannot be done to what it is',
  ELOOP: 'it is a link, or too many links lead to each other',
  EXDEV: 'that leads into another file system',
  EROFS: 'it is read-only there',
  EBUSY: 'it is in use',
  EAGAIN: 'another program holds it',
  ETXTBSY: 'it is being executed',
  ENAMETOOLONG: 'the name is too long',
  EMLINK: 'it has too many names',
  ENXIO: 'nothing answers there',
  EIO: 'it cannot be read',
  ESTALE: 'it was moved meanwhile',
  EOVERFLOW: 'it is too large',
  EFBIG: 'it is too large',
  EMFILE: 'too many files are open',
  ENOMEM: 'there is no memory for it',
};

/** What a call is about, as its caller named it. */
export interface NamedFile {
  readonly path: string;
  /** The new name, of a file that is renamed: that is the one which may be taken. */
  readonly to?: string;
}

/** What a call on a file of a VE failed with, in the words of the catalogue; other errors come back as they are. */
export function fileFault(
  error: unknown,
  { ve, path, to = path }: NamedFile & { readonly ve: string },
): unknown {
  const because = { cause: error };
  if (error instanceof GuestFileChanged)
    return fault('precondition_failed', { problem: 'somebody has changed it since' }, because);
  if (!(error instanceof SystemError)) return error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return fault('file_not_found', { path, ve }, because);
    case 'EEXIST':
      return fault('file_exists', { path: to, ve }, because);
    case 'ENOSPC':
    case 'EDQUOT':
      return fault('no_space', { path: `VE ${ve}`, free: 'too few', needed: 'more' }, because);
    case 'ESRCH':
      return fault('exec_failed', { ve, problem: 'its init has ended' }, because);
    default:
      return fault('file_refused', { ve, path, problem: problems[error.code] ?? error.code }, because);
  }
}
