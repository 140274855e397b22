import { fault } from '@insula/contract';
import { CommandFailed } from '@insula/host';

type Lacking = { readonly feature: string; readonly consequence: string; readonly remedy: string };

/** Runs what stands or falls with a tool of the host. @throws CodedError host_lacks */
export async function needed(lacking: Lacking, use: () => Promise<unknown>): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.isCanceled) throw error;
    throw fault('host_lacks', lacking, { cause: error });
  }
}
