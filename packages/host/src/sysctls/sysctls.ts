/** Kernel settings by dotted name; a part with a dot in it (a device's name) is written with a slash instead, as sysctl(8) does. */
export interface Sysctls {
  /** The value; null when this kernel has no such setting. @throws TypeError for a name that is not one */
  read(name: string): Promise<string | null>;
  /** @throws SystemError ENOENT, EINVAL, EACCES */
  write(name: string, value: string): Promise<void>;
}
