import { fault } from '@insula/contract';
import type { CgroupSubtreeEntry, Files, GuestNetwork, ImageDigest } from '@insula/host';

/** What a checkpoint has beside CRIU's images. */
export interface CheckpointDescription {
  readonly format: 1;
  readonly uuid: string;
  readonly createdAt: string;
  readonly network: GuestNetwork;
  readonly cgroups: readonly CgroupSubtreeEntry[];
  readonly images: readonly ImageDigest[];
}

/** @throws CodedError checkpoint_damaged */
export async function readDescription(
  files: Pick<Files, 'readText'>,
  path: string,
  uuid: string,
): Promise<CheckpointDescription> {
  try {
    const description = JSON.parse(await files.readText(path)) as CheckpointDescription;
    if (description.format !== 1) throw new Error(`its format is ${String(description.format)}, not 1`);
    if (description.uuid !== uuid) throw new Error(`it is of the VE ${description.uuid}`);
    return description;
  } catch (error) {
    throw fault('checkpoint_damaged', { path, problem: (error as Error).message }, { cause: error });
  }
}
