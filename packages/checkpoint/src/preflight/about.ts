import type { CheckpointBlocker } from '@insula/contract';
import type { StrayFacts } from '@insula/host';

type About = Pick<CheckpointBlocker, 'kind' | 'subject' | 'problem' | 'remedy'> &
  Partial<Pick<CheckpointBlocker, 'passing'>>;

/** A blocker that is a process's. */
export const about = ({ innerPid, command }: StrayFacts, what: About): CheckpointBlocker => ({
  pid: innerPid,
  command,
  passing: false,
  ...what,
});
