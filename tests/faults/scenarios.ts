import type { VeState } from '@insula/contract';
import type { FaultNode } from './fault-node.ts';

/** The VE that operations are done to; another one beside it runs all the time and must notice nothing. */
export const subject = 'subject';

export type SubjectState = VeState | 'absent';

/** An operation that the walk cuts off at every point. */
export interface Scenario {
  /** What is asked for, as the beginning of a sentence. */
  readonly title: string;
  readonly kind: string;
  readonly before: SubjectState;
  readonly after: SubjectState;
  readonly onCrash: 'rollback' | 'resume';
  /** Makes the operation begin; the daemon may die of it before it answers. */
  begin(node: FaultNode): Promise<unknown>;
}

const call = (method: string, path: string, body?: unknown) => async (node: FaultNode) =>
  await node.api.call(method, path, body);
const verb = (name: string) => call('POST', `/v1/ves/${subject}/${name}`);

/** Signals that busybox init reboots and powers off by. */
const rebootSignal = 'SIGTERM';
const poweroffSignal = 'SIGUSR2';

const fromInside = (signal: NodeJS.Signals) => async (node: FaultNode) => {
  const { init } = await node.status(subject);
  if (init !== null) process.kill(init, signal);
};

/** init never asks to be started again here: the walk looks at one operation at a time. */
export const creation = { name: subject, template: 'busybox', restartPolicy: 'never' };

export const scenarios: readonly Scenario[] = [
  {
    title: 'a creation',
    kind: 've.create',
    before: 'absent',
    after: 'stopped',
    onCrash: 'rollback',
    begin: call('POST', '/v1/ves', creation),
  },
  {
    title: 'a creation with a start',
    kind: 've.create',
    before: 'absent',
    after: 'running',
    onCrash: 'rollback',
    begin: call('POST', '/v1/ves', { ...creation, start: true }),
  },
  {
    title: 'a start',
    kind: 've.start',
    before: 'stopped',
    after: 'running',
    onCrash: 'resume',
    begin: verb('start'),
  },
  {
    title: 'a stop',
    kind: 've.stop',
    before: 'running',
    after: 'stopped',
    onCrash: 'resume',
    begin: verb('stop'),
  },
  {
    title: 'a stop of a paused VE',
    kind: 've.stop',
    before: 'paused',
    after: 'stopped',
    onCrash: 'resume',
    begin: verb('stop'),
  },
  {
    title: 'a restart',
    kind: 've.restart',
    before: 'running',
    after: 'running',
    onCrash: 'resume',
    begin: verb('restart'),
  },
  {
    title: 'a kill',
    kind: 've.kill',
    before: 'running',
    after: 'stopped',
    onCrash: 'resume',
    begin: verb('kill'),
  },
  {
    title: 'a reboot from inside',
    kind: 've.reboot',
    before: 'running',
    after: 'running',
    onCrash: 'resume',
    begin: fromInside(rebootSignal),
  },
  {
    title: 'the end after a poweroff from inside',
    kind: 've.settle',
    before: 'running',
    after: 'stopped',
    onCrash: 'resume',
    begin: fromInside(poweroffSignal),
  },
  {
    title: 'the end after a crash of init',
    kind: 've.settle',
    before: 'running',
    after: 'stopped',
    onCrash: 'resume',
    begin: fromInside('SIGKILL'),
  },
  {
    title: 'a pause',
    kind: 've.pause',
    before: 'running',
    after: 'paused',
    onCrash: 'rollback',
    begin: verb('pause'),
  },
  {
    title: 'a resume',
    kind: 've.resume',
    before: 'paused',
    after: 'running',
    onCrash: 'resume',
    begin: verb('resume'),
  },
  {
    title: 'a change of a running VE',
    kind: 've.set',
    before: 'running',
    after: 'running',
    onCrash: 'rollback',
    begin: call('PATCH', `/v1/ves/${subject}`, {
      description: 'changed',
      parameters: { numproc: 64, cpuunits: 500 },
    }),
  },
  {
    title: 'a renaming',
    kind: 've.rename',
    before: 'stopped',
    after: 'stopped',
    onCrash: 'rollback',
    begin: call('POST', `/v1/ves/${subject}/rename`, { name: 'renamed' }),
  },
  {
    title: 'a mount',
    kind: 've.mount',
    before: 'stopped',
    after: 'mounted',
    onCrash: 'rollback',
    begin: verb('mount'),
  },
  {
    title: 'an unmount',
    kind: 've.unmount',
    before: 'mounted',
    after: 'stopped',
    onCrash: 'resume',
    begin: verb('unmount'),
  },
  {
    title: 'a destruction',
    kind: 've.destroy',
    before: 'stopped',
    after: 'absent',
    onCrash: 'resume',
    begin: call('DELETE', `/v1/ves/${subject}`),
  },
  {
    title: 'a destruction by force',
    kind: 've.destroy',
    before: 'running',
    after: 'absent',
    onCrash: 'resume',
    begin: call('DELETE', `/v1/ves/${subject}?force=true`),
  },
];
