import { type GuestTree, hasErrorCode } from '@insula/host';

/**
 * What must not be the same in two systems. The next boot makes it anew: systemd a machine id (machine-id(5)), the template's own
 * service the SSH host keys.
 */
const identityFiles = [
  '/etc/machine-id',
  '/var/lib/dbus/machine-id',
  '/var/lib/systemd/random-seed',
  '/var/lib/systemd/credential.secret',
  '/var/lib/urandom/random-seed',
];

const hostKey = /^ssh_host_.*_key(\.pub)?$/;

/** Removes from the changes of a VE what makes it the one that it is; what its template has of that shows again. */
export async function resetIdentity(changes: GuestTree): Promise<void> {
  const hostKeys = await unlessOdd(async () => await changes.list('/etc/ssh'), []);
  const keys = hostKeys.filter((name) => hostKey.test(name)).map((name) => `/etc/ssh/${name}`);
  for (const path of [...identityFiles, ...keys])
    await unlessOdd(async () => await changes.removeFile(path), undefined);
}

/** What is no file or folder where there should be one gives no system an identity: it is left to its owner. */
async function unlessOdd<Result>(use: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    if (hasErrorCode(error, 'EISDIR', 'EPERM', 'ENOTDIR', 'ELOOP')) return otherwise;
    throw error;
  }
}
