import { row } from './error-row.ts';

/** Errors about archives of VEs and templates, and about quotas inside private areas. */
export const areaErrors = {
  no_quotas: row(
    409,
    'conflict',
    'VE {ve} keeps no quotas of users and groups: {problem}',
    'they need layout image, made with imageQuotas in the configuration of the node, a kernel with quotas of ext4, and the VE up or mounted',
  ),
  image_in_use: row(
    409,
    'conflict',
    'the file system in {image} is in use by {devices}',
    'nothing of it was changed: unmount it where it is mounted, in other mount namespaces too, or detach it with `losetup -d`, and try again',
  ),
  root_in_use: row(
    409,
    'conflict',
    'files of the VE are in use on the node: {users}',
    'its processes have ended, and its root is still mounted at {path}: end those that hold it, and stop or unmount it once more',
  ),
  uuid_taken: row(
    409,
    'conflict',
    'the UUID {uuid} belongs to a VE of this node already: {ve}',
    'import it as another VE: `insula import PATH NAME --anew`',
  ),
  archive_refused: row(
    400,
    'refused',
    'the archive {archive} is refused: {problem}',
    'get it anew from where you trust it to come from',
  ),
};
