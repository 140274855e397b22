import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import {
  AlertStore,
  historySchema,
  openDatabase,
  SqliteHistory,
  SqliteUsage,
} from '../packages/daemon/src/index.ts';
import { createLinuxHost } from '../packages/host/src/index.ts';
import {
  Accountant,
  AlertWatcher,
  firstSettings,
  HistoryKeeper,
  RefusalTeller,
  Sampler,
  type Subject,
} from '../packages/monitoring/src/index.ts';
import { round } from './measure.ts';

/**
 * What it costs to watch 1,000 VEs: control groups as VEs have them, a process in each of which every tenth works now and then, a
 * sample every 10 s. Beside it: reading the same number of files bare.
 */
const ves = Number(process.argv[2] ?? 1000);
const rounds = Number(process.argv[3] ?? 12);
const interval = 10_000;
const filesOfOne = 14;
const parent = 'insula-bench-monitoring';

const { cgroups, statistics } = createLinuxHost({ runcRoot: '/nonexistent' });
const dir = mkdtempSync('/tmp/insula-bench-');
const programs: ChildProcess[] = [];

const subjects = Array.from({ length: ves }, (_, index): Subject => {
  const outer = `${parent}/${101 + index}`;
  const paths = { outer, payload: `${outer}/payload` };
  return { uuid: `u${index}`, ctid: 101 + index, name: `ve-${index}`, groups: [], paths, link: 'lo' };
});

async function begin(): Promise<void> {
  const { controllers } = await cgroups.describe();
  for (const [index, { paths }] of subjects.entries()) {
    await cgroups.create(paths.payload, { controllers: [...controllers, 'unified'] });
    const work = index % 10 === 0 ? 'while :; do sleep 1; done' : 'exec sleep 3600';
    const program = spawn('sh', ['-c', work], { stdio: 'ignore' });
    programs.push(program);
    await cgroups.attach(paths.payload, program.pid ?? 0);
  }
}

/** CPU milliseconds of this process for each run, in the middle. */
async function cost(work: () => Promise<void> | void): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function makeSampler(): Sampler {
  return new Sampler({
    statistics,
    interval,
    subjects: () => subjects,
    diskOf: async () => ({ bytes: 2 ** 30, inodes: null, limitBytes: null }),
    pool: async () => ({ total: 2 ** 40, available: 2 ** 39 }),
    // every pass is a regular one
    now() {
      clock += interval;
      return { at: Date.now(), elapsed: clock };
    },
    failed(problem) {
      throw problem;
    },
  });
}
let clock = 0;

try {
  await begin();
  const bare = await cost(() => {
    for (let count = 0; count < ves * filesOfOne; count += 1) readFileSync('/proc/loadavg', 'utf8');
  });
  const alone = makeSampler();
  const sampled = await cost(async () => await alone.sample());

  const database = openDatabase(`${dir}/insula.db`, { onDamaged: () => undefined });
  const historyDatabase = openDatabase(`${dir}/history.db`, {
    schema: historySchema,
    onDamaged: () => undefined,
  });
  const whole = makeSampler();
  const failed = (problem: unknown) => console.error(problem);
  const now = () => ({ at: Date.now(), elapsed: clock });
  const history = new HistoryKeeper({
    store: new SqliteHistory(historyDatabase),
    interval,
    breathe: async () => await breathe(),
    failed,
  });
  const accountant = new Accountant({ store: new SqliteUsage(database), bootId: 'b', clock: 'c' });
  const settings = firstSettings();
  whole.listen(new RefusalTeller({ statistics, now, tell: () => undefined, failed }));
  whole.listen(
    new AlertWatcher({
      node: 'bench',
      states: new AlertStore(database),
      settings: () => settings,
      now,
      changed: () => undefined,
      failed,
    }),
  );
  whole.listen(accountant);
  whole.listen({ regular: (snapshot) => history.record(snapshot) });
  let count = 0;
  const all = await cost(async () => {
    await whole.sample();
    await history.idle();
    count += 1;
    // once a minute
    if (count % 6 === 0) accountant.keep();
  });
  const keeping = await cost(async () => {
    await whole.sample();
    accountant.keep();
  });
  whole.stop();
  alone.stop();
  historyDatabase.close();
  database.close();

  const row = (milliseconds: number) => ({
    'CPU ms': round(milliseconds),
    'of a core at 10 s, %': round((milliseconds / interval) * 100),
    'of the target of 2 %': round(milliseconds / (interval * 0.02)),
    'against bare reads': round(milliseconds / bare),
  });
  console.log(`\n${ves} VEs, a sample of all of them`);
  console.table({
    [`${filesOfOne} bare reads of each`]: row(bare),
    'sample alone': row(sampled),
    'with history, alerts, accounts': row(all),
    'the one in six that keeps accounts': row(keeping),
  });
} finally {
  for (const program of programs) program.kill('SIGKILL');
  for (const { paths } of subjects) await cgroups.remove(paths.outer);
  await cgroups.remove(parent);
  rmSync(dir, { recursive: true, force: true });
}
