import type { DryRun, VeState } from '@insula/contract';
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
  /** What makes the operation begin: a call, or a signal to init for one that nobody asks for. */
  readonly cause: Call | NodeJS.Signals;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const call = (method: string, path: string, body?: unknown): Call => ({ method, path, body });
const verb = (name: string) => call('POST', `/v1/ves/${subject}/${name}`);

/** Makes the operation begin. @throws when the daemon dies of it before it answers */
export async function begin(node: FaultNode, { cause }: Scenario): Promise<void> {
  if (typeof cause === 'object') {
    await node.api.call(cause.method, cause.path, cause.body);
    return;
  }
  const { init } = await node.status(subject);
  if (init !== null) process.kill(init, cause);
}

/** The actions of the operation that have an undo; none when it cannot be asked for. */
export async function undoable(node: FaultNode, { cause }: Scenario): Promise<ReadonlySet<string>> {
  if (typeof cause === 'string') return new Set();
  const { method, path, body } = cause;
  const query = path.includes('?') ? '&dryRun=true' : '?dryRun=true';
  const { body: plan } = await node.api.call<DryRun>(method, path + query, body);
  return new Set(plan.steps.filter(({ undo }) => undo).map(({ action }) => action));
}

/** Signals that busybox init reboots and powers off by. */
const rebootSignal = 'SIGTERM';
const poweroffSignal = 'SIGUSR2';

/** init never asks to be started again here: the walk looks at one operation at a time. */
export const creation = { name: subject, template: 'busybox', restartPolicy: 'never' };

export const scenarios: readonly Scenario[] = [
  {
    title: 'a creation',
    kind: 've.create',
    before: 'absent',
    after: 'stopped',
    onCrash: 'rollback',
    cause: call('POST', '/v1/ves', creation),
  },
  {
    title: 'a creation with a start',
    kind: 've.create',
    before: 'absent',
    after: 'running',
    onCrash: 'rollback',
    cause: call('POST', '/v1/ves', { ...creation, start: true }),
  },
  {
    title: 'a start',
    kind: 've.start',
    before: 'stopped',
    after: 'running',
    onCrash: 'resume',
    cause: verb('start'),
  },
  {
    title: 'a start of a mounted VE',
    kind: 've.start',
    before: 'mounted',
    after: 'running',
    onCrash: 'resume',
    cause: verb('start'),
  },
  {
    title: 'a stop',
    kind: 've.stop',
    before: 'running',
    after: 'stopped',
    onCrash: 'resume',
    cause: verb('stop'),
  },
  {
    title: 'a stop of a paused VE',
    kind: 've.stop',
    before: 'paused',
    after: 'stopped',
    onCrash: 'resume',
    cause: verb('stop'),
  },
  {
    title: 'a restart',
    kind: 've.restart',
    before: 'running',
    after: 'running',
    onCrash: 'resume',
    cause: verb('restart'),
  },
  {
    title: 'a kill',
    kind: 've.kill',
    before: 'running',
    after: 'stopped',
    onCrash: 'resume',
    cause: verb('kill'),
  },
  {
    title: 'a kill of a paused VE',
    kind: 've.kill',
    before: 'paused',
    after: 'stopped',
    onCrash: 'resume',
    cause: verb('kill'),
  },
  {
    title: 'a reboot from inside',
    kind: 've.reboot',
    before: 'running',
    after: 'running',
    onCrash: 'resume',
    cause: rebootSignal,
  },
  {
    title: 'the end after a poweroff from inside',
    kind: 've.settle',
    before: 'running',
    after: 'stopped',
    onCrash: 'resume',
    cause: poweroffSignal,
  },
  {
    title: 'the end after a crash of init',
    kind: 've.settle',
    before: 'running',
    after: 'stopped',
    onCrash: 'resume',
    cause: 'SIGKILL',
  },
  {
    title: 'a pause',
    kind: 've.pause',
    before: 'running',
    after: 'paused',
    onCrash: 'rollback',
    cause: verb('pause'),
  },
  {
    title: 'a resume',
    kind: 've.resume',
    before: 'paused',
    after: 'running',
    onCrash: 'resume',
    cause: verb('resume'),
  },
  {
    title: 'a suspension',
    kind: 've.suspend',
    before: 'running',
    after: 'suspended',
    onCrash: 'resume',
    cause: verb('suspend'),
  },
  {
    title: 'a resume of a suspended VE',
    kind: 've.resume',
    before: 'suspended',
    after: 'running',
    onCrash: 'resume',
    cause: verb('resume'),
  },
  {
    title: 'a kill of a suspended VE',
    kind: 've.kill',
    before: 'suspended',
    after: 'stopped',
    onCrash: 'resume',
    cause: verb('kill'),
  },
  {
    title: 'a destruction of a suspended VE',
    kind: 've.destroy',
    before: 'suspended',
    after: 'absent',
    onCrash: 'resume',
    cause: call('DELETE', `/v1/ves/${subject}`),
  },
  {
    title: 'a change of a running VE',
    kind: 've.set',
    before: 'running',
    after: 'running',
    onCrash: 'rollback',
    cause: call('PATCH', `/v1/ves/${subject}`, {
      description: 'changed',
      parameters: { numproc: 64, cpuunits: 500 },
    }),
  },
  {
    title: 'a change of the network of a running VE',
    kind: 've.set',
    before: 'running',
    after: 'running',
    onCrash: 'rollback',
    cause: call('PATCH', `/v1/ves/${subject}`, {
      description: 'changed',
      addresses: ['pool:default', 'pool:default'],
      forwards: ['tcp:8080-8081:80'],
      groups: ['web'],
    }),
  },
  {
    title: 'a renaming',
    kind: 've.rename',
    before: 'stopped',
    after: 'stopped',
    onCrash: 'rollback',
    cause: call('POST', `/v1/ves/${subject}/rename`, { name: 'renamed' }),
  },
  {
    title: 'a mount',
    kind: 've.mount',
    before: 'stopped',
    after: 'mounted',
    onCrash: 'rollback',
    cause: verb('mount'),
  },
  {
    title: 'an unmount',
    kind: 've.unmount',
    before: 'mounted',
    after: 'stopped',
    onCrash: 'resume',
    cause: verb('unmount'),
  },
  {
    title: 'a destruction',
    kind: 've.destroy',
    before: 'stopped',
    after: 'absent',
    onCrash: 'resume',
    cause: call('DELETE', `/v1/ves/${subject}`),
  },
  {
    title: 'a destruction by force',
    kind: 've.destroy',
    before: 'running',
    after: 'absent',
    onCrash: 'resume',
    cause: call('DELETE', `/v1/ves/${subject}?force=true`),
  },
];
