import type { Snapshot, VeSpec } from '@insula/contract';
import type { Plan, Step } from '@insula/operations';
import { volumeLimits } from '@insula/resources';
import { type Copied, inStillness, type NodeLayout, startSteps, type VeStep } from '@insula/ve';
import type { exportActions, WriteArchiveArgs } from './export-actions.ts';
import type { ArrivingTemplate, importActions } from './import-actions.ts';

type OwnStep = Step<ReturnType<typeof exportActions> & ReturnType<typeof importActions>>;
export type ArchivePlan = Plan<VeStep | OwnStep>;

export interface Export {
  readonly ve: Copied;
  readonly isUp: boolean;
  readonly archive: Omit<WriteArchiveArgs, 'isCopied'>;
}

/** Of a VE that is up a copy is exported, so that it stands still no longer than that takes. */
export function planExport({ ve, isUp, archive }: Export): ArchivePlan {
  const { uuid, layout } = ve;
  const copy: OwnStep = {
    action: 'copy-for-export',
    title: 'copy the files',
    args: { uuid, layout },
    weight: 3,
  };
  return {
    steps: [
      ...(isUp ? inStillness(ve, [copy]) : []),
      {
        action: 'write-ve-archive',
        title: `write ${archive.path}`,
        args: { ...archive, isCopied: isUp },
        weight: 10,
      },
    ],
    onCrash: 'rollback',
  };
}

/** Input of `ve.import` as it is journaled: everything about the new VE was decided when the call was accepted. */
export interface ImportInput {
  readonly spec: VeSpec;
  readonly path: string;
  readonly anew: boolean;
  readonly start: boolean;
  /** Templates of the archive that this node does not have. */
  readonly templates: readonly ArrivingTemplate[];
  /** As they will be here. */
  readonly snapshots: readonly Snapshot[];
}

/** Rolled back as a whole when anything fails, the start included; but for templates, which are whole by themselves. */
export function planImport(input: ImportInput, layout: NodeLayout): ArchivePlan {
  const { spec, path, anew, start, templates, snapshots } = input;
  const { uuid } = spec;
  return {
    steps: [
      ...(templates.length === 0
        ? []
        : [
            {
              action: 'import-templates',
              title: 'take its template in',
              args: { uuid, path, templates },
              weight: 10,
            } as const,
          ]),
      {
        action: 'make-private-area',
        title: 'make the private area',
        args: { uuid, layout: spec.layout, limits: volumeLimits(spec.parameters) },
      },
      { action: 'unpack-ve', title: 'unpack its files', args: { spec, path, anew }, weight: 10 },
      ...(snapshots.length === 0
        ? []
        : [
            {
              action: 'unpack-snapshots',
              title: 'unpack its snapshots',
              args: { spec, path, snapshots },
              weight: 10,
            } as const,
          ]),
      { action: 'write-spec', title: 'write ve.json', args: { spec, previous: null } },
      ...(start ? startSteps(spec, layout, { mounted: false }) : []),
    ],
    onCrash: 'rollback',
  };
}
