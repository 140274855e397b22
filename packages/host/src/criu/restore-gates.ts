/** Where a restore stops and waits: its network namespace exists but no socket does; everything exists but nothing runs. */
export const restoreStages = ['network', 'resume'] as const;
export type RestoreStage = (typeof restoreStages)[number];

/** How far a restore has come at one of its gates. */
export type GateState = 'ahead' | 'waiting' | 'passed';

/** The program at a directory's gates: for runc's createRuntime hook, with the argument 'network', and for CRIU's action script. */
export function gateProgram(dir: string): string {
  return `${dir}/gate`;
}

/**
 * Gates in a directory at which a restore waits for this daemon or for a later one: they are files, and whoever waits there is a
 * process of the restore, so that neither end of a daemon changes anything.
 */
export interface RestoreGates {
  /** Shuts all gates in an existing directory that belongs to one restore. */
  install(dir: string): Promise<void>;
  state(dir: string, stage: RestoreStage): Promise<GateState>;
  /**
   * Settles when the restore waits at the gate or has passed it.
   * @throws the abort reason of `signal`
   */
  reached(dir: string, stage: RestoreStage, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Pid of the first process of the VE, known from the first gate on. */
  initPid(dir: string): Promise<number | null>;
  /** Lets the restore go on; a gate that was passed already is fine. @throws the abort reason of `signal` */
  open(dir: string, stage: RestoreStage, options: { readonly signal: AbortSignal }): Promise<void>;
}
