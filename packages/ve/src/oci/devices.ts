import type { Feature } from '@insula/contract';
import type { OciDevice, OciDeviceRule } from './oci-config.ts';

const device = (path: string, major: number, minor: number): OciDevice => ({
  path,
  type: 'c',
  major,
  minor,
  fileMode: 0o666,
  uid: 0,
  gid: 0,
});

/** runc itself makes null, zero, full, random, urandom and tty. Numbers: Documentation/admin-guide/devices.txt */
const featureDevices: Readonly<Record<Feature, readonly OciDevice[]>> = {
  nesting: [],
  tun: [device('/dev/net/tun', 10, 200)],
  fuse: [device('/dev/fuse', 10, 229)],
};

const allowedAlways: readonly OciDeviceRule[] = (
  [
    [1, 3], // null
    [1, 5], // zero
    [1, 7], // full
    [1, 8], // random
    [1, 9], // urandom
    [5, 0], // tty
    [5, 1], // console
    [5, 2], // ptmx
    [136, undefined], // pseudo-terminals
  ] as const
).map(([major, minor]) => ({
  allow: true,
  type: 'c',
  major,
  ...(minor === undefined ? {} : { minor }),
  access: 'rwm',
}));

/** Device nodes beyond the runtime's own that the features ask for. */
export function compileDevices(features: readonly Feature[]): readonly OciDevice[] {
  return features.flatMap((feature) => featureDevices[feature]);
}

/** The device filter: everything refused but the harmless few. Making nodes is allowed: opening them is what the filter stops. */
export function compileDeviceRules(features: readonly Feature[]): readonly OciDeviceRule[] {
  const granted = compileDevices(features).map(
    ({ type, major, minor }): OciDeviceRule => ({ allow: true, type, major, minor, access: 'rwm' }),
  );
  return [{ allow: false, access: 'rwm' }, ...allowedAlways, ...granted];
}
