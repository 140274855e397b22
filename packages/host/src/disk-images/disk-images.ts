export interface DiskImageOptions {
  readonly signal?: AbortSignal;
}

export interface DiskImage {
  readonly path: string;
  readonly fileSystem: 'ext4' | 'btrfs';
}

export interface NewDiskImage {
  readonly sizeBytes: number;
  readonly fileSystem: 'ext4' | 'btrfs';
  /** How many files an ext4 file system holds at most; without it, one per 16 KiB. */
  readonly inodes?: number;
}

/** A file system cannot be worked on from outside: these loop devices have its image, whoever attached them and wherever it is mounted. */
export class ImageInUse extends Error {
  override readonly name = 'ImageInUse';
  readonly path: string;
  /** Such as '/dev/loop3'. */
  readonly devices: readonly string[];

  constructor(path: string, devices: readonly string[]) {
    super(`${path} is in use by ${devices.join(', ')}`);
    this.path = path;
    this.devices = devices;
  }
}

/** File systems in sparse files: they take what is written to them, and give back what is deleted. */
export interface DiskImages {
  /** Makes a file with an empty file system; a file that is there already, an unfinished one too, is replaced. */
  make(path: string, image: NewDiskImage, options?: DiskImageOptions): Promise<void>;
  /** Mounts an image at an existing directory, past the page cache of the file that holds it. */
  mount(image: DiskImage, target: string, options?: DiskImageOptions): Promise<void>;
  /**
   * Changes the size of an ext4 image. Growing works while it is mounted at `target`.
   * @throws CommandFailed where its files do not fit, SystemError EBUSY when it is to shrink while it is mounted there, ImageInUse when
   *   any other loop device has it; then nothing was touched
   */
  resize(path: string, target: string, sizeBytes: number, options?: DiskImageOptions): Promise<void>;
  /** Holds back every change to a mounted file system, so that what its file says is whole; `thaw` lets them go on. */
  freeze(target: string, options?: DiskImageOptions): Promise<void>;
  /** Of what is not frozen, too. */
  thaw(target: string): Promise<void>;
  /** Copies a file without its holes; shares its blocks where the file system that holds it can. */
  copy(from: string, to: string, options?: DiskImageOptions): Promise<void>;
}
