import { isDeepStrictEqual } from 'node:util';
import { fault, type VeSpec } from '@insula/contract';
import type { CgroupSubtreeEntry, Files, GuestNetwork, ImageDigest } from '@insula/host';

/** What a checkpoint has beside CRIU's images. */
export interface CheckpointDescription {
  readonly format: 1;
  readonly uuid: string;
  readonly createdAt: string;
  readonly network: GuestNetwork;
  readonly cgroups: readonly CgroupSubtreeEntry[];
  /** Where its group was, relative to the root of every hierarchy. Checkpoints of earlier versions do not say. */
  readonly group?: string;
  readonly images: readonly ImageDigest[];
  /** What the VE must be again for its processes to find what they knew. Checkpoints of earlier versions have none. */
  readonly fits?: FittingSpec;
}

type FittingSpec = Pick<VeSpec, (typeof fitting)[number]>;

const fitting = ['ctid', 'idBase', 'layout', 'addresses', 'features'] as const;

export function fittingSpec(spec: VeSpec): FittingSpec {
  return Object.fromEntries(fitting.map((name) => [name, spec[name]])) as FittingSpec;
}

/** The first setting that is not as it was when the processes were saved, in words; null when all are. */
export function whatNoLongerFits({ fits }: CheckpointDescription, spec: VeSpec): string | null {
  const changed =
    fits === undefined ? undefined : fitting.find((name) => !isDeepStrictEqual(fits[name], spec[name]));
  if (changed === undefined) return null;
  return `${changed} was ${JSON.stringify(fits?.[changed])} and is ${JSON.stringify(spec[changed])}`;
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
